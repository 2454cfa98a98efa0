import { stringAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { requestedAtAnnotation } from '@flux-host/host/reconcile/annotations.ts';
import { waitFor } from '../../cluster/wait.ts';
import { commandError, usageError } from '../../command/errors.ts';
import type { Invocation } from '../../command/types.ts';
import { isSuspended } from '../../kinds/columns.ts';
import { fluxKindOf } from '../../kinds/index.ts';
import { progressOf } from '../../kinds/progress.ts';
import type { FluxKind } from '../../kinds/types.ts';
import { preciseNow } from './now.ts';

/** One object to reconcile. */
export interface Target {
  readonly kind: FluxKind;
  readonly name: string;
  readonly namespace: string;
  /** Its source first. */
  readonly withSource: boolean;
}

/**
 * Asks for a reconciliation of an object and waits for its outcome.
 * @throws FluxError when the object is suspended, fails or takes too long
 */
export async function reconcileObject(target: Target, invocation: Invocation): Promise<void> {
  const { kind, name, namespace } = target;
  const { log, signal, timeoutMs } = invocation;
  const { client } = await invocation.cluster();
  const object = await client.get<KubeObject>(kind.resource, target, { signal });
  if (kind.isStatic?.(object)) return log.success('reconciliation not supported by the object');
  if (isSuspended(object)) {
    throw commandError('FLUX_E_CLI_SUSPENDED', 'resource is suspended', `run "flux resume" for it first`);
  }
  if (target.withSource) await reconcileSource(kind, object, invocation);

  log.action(`annotating ${kind.resource.kind} ${name} in ${namespace} namespace`);
  const requested = preciseNow();
  await client.patch(kind.resource, target, annotations(kind, invocation, requested), {
    type: 'merge',
    signal,
  });
  log.success(`${kind.resource.kind} annotated`);

  log.waiting(`waiting for ${kind.resource.kind} reconciliation`);
  const before = handledRequest(object);
  const reconciled = await waitFor({
    client,
    resource: kind.resource,
    key: target,
    timeoutMs,
    signal,
    isDone: (current) => isReconciled(current, { kind, requested, before }),
  });
  log.success(kind.success(reconciled));
}

async function reconcileSource(kind: FluxKind, object: KubeObject, invocation: Invocation): Promise<void> {
  const reference = kind.sourceReference?.(object);
  if (!reference) return;
  const source = fluxKindOf(reference.kind);
  if (!source?.verbs.includes('reconcile')) {
    throw usageError(`cannot reconcile source of kind ${reference.kind}`);
  }
  const { name, namespace } = reference;
  const withSource = source.alwaysWithSource ?? false;
  await reconcileObject({ kind: source, name, namespace, withSource }, invocation);
}

function annotations(kind: FluxKind, { flags }: Invocation, requested: string): object {
  const extra = Object.entries(kind.reconcileSwitches ?? {})
    .filter(([name]) => flags.has(name) && flags.is(name))
    .map(([, { annotation }]) => [annotation, requested]);
  return {
    metadata: { annotations: { [requestedAtAnnotation]: requested, ...Object.fromEntries(extra) } },
  };
}

interface Request {
  readonly kind: FluxKind;
  readonly requested: string;
  /** The request that was handled last when this one was made. */
  readonly before: string | undefined;
}

function isReconciled(object: KubeObject, { kind, requested, before }: Request): boolean {
  const handled = handledRequest(object);
  // Somebody else may have asked after us: then ours is answered by theirs.
  const answered = handled === requested || (handled !== before && handled === requestOf(object));
  if (!answered) return false;
  const progress = progressOf(object);
  if (progress.state === 'failed') {
    throw commandError(
      'FLUX_E_CLI_RECONCILE',
      `${kind.resource.kind} reconciliation failed: '${progress.message}'`,
    );
  }
  return progress.state === 'ready';
}

function handledRequest(object: KubeObject): string | undefined {
  return stringAt(object, 'status', 'lastHandledReconcileAt');
}

function requestOf({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[requestedAtAnnotation];
}
