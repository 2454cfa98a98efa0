import { FluxError } from '../../errors/flux-error.ts';
import { formatRef } from '../../kube/object.ts';
import type { ObjectRef } from '../../kube/types.ts';
import type { Health } from '../types.ts';

/** An object and what was last seen of it; undefined when that could not be found out. */
export interface Verdict {
  readonly ref: ObjectRef;
  readonly health: Health | undefined;
}

const reason = 'HealthCheckFailed';

/** Objects that will not become ready; worded as Flux does. */
export function healthFailed(verdicts: readonly Verdict[]): FluxError {
  return new FluxError('FLUX_E_HEALTH_FAILED', `failed early due to stalled resources: ${list(verdicts)}`, {
    reason,
    ...(verdicts[0] && { object: verdicts[0].ref }),
    hint: hintFor(verdicts),
  });
}

/** Objects that did not become ready in time; worded as Flux does. */
export function healthTimedOut(verdicts: readonly Verdict[]): FluxError {
  return new FluxError('FLUX_E_HEALTH_TIMEOUT', `timeout waiting for: ${list(verdicts)}`, {
    reason,
    ...(verdicts[0] && { object: verdicts[0].ref }),
    hint: hintFor(verdicts),
  });
}

function list(verdicts: readonly Verdict[]): string {
  return `[${verdicts.map(describe).join(', ')}]`;
}

function describe({ ref, health }: Verdict): string {
  if (!health) return `can't determine status for ${formatRef(ref)}`;
  const status = `${formatRef(ref)} status: '${health.status}'`;
  return health.message ? `${status}: ${health.message}` : status;
}

function hintFor([first]: readonly Verdict[]): string {
  if (!first) return 'see the events of the objects';
  const where = first.ref.namespace ? ` -n ${first.ref.namespace}` : '';
  return `see the events of the object: kubectl describe ${first.ref.kind.toLowerCase()} ${first.ref.name}${where}`;
}

/** Objects that still exist after their deletion; worded as Flux does. */
export function objectsRemain(refs: readonly ObjectRef[]): FluxError {
  const [first] = refs;
  const names = refs.map((ref) => formatRef(ref)).join(', ');
  return new FluxError('FLUX_E_PRUNE_TIMEOUT', `${names} termination timeout`, {
    reason: 'PruneFailed',
    ...(first && { object: first }),
    hint: 'see which of its metadata.finalizers is not finished',
  });
}
