import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { jobsWithTtl } from '../../apply/health/job.ts';
import type { ApplyResult } from '../../apply/types.ts';
import { formatDuration } from '../../duration/duration.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import { refOf } from '../../kube/object.ts';
import type { KubeObject, ObjectRef } from '../../kube/types.ts';
import { deleteCondition, isTrue, markReconciling, setCondition } from '../conditions.ts';
import type { Context } from '../types.ts';
import { eventAnnotations } from './events.ts';
import { identityOf } from './identity.ts';
import type { KustomizationOptions, Run } from './options.ts';

/** What was applied, and from which objects. */
export interface Applied extends ApplyResult {
  readonly objects: readonly KubeObject[];
}

/**
 * Waits until what was applied (`spec.wait`) or named (`spec.healthChecks`) is healthy.
 * @throws FluxError with reason HealthCheckFailed; the Superseded error when the attempt is out of date
 */
export async function checkHealth(
  options: KustomizationOptions,
  context: Context<Kustomization>,
  run: Run,
  applied: Applied,
): Promise<void> {
  const { object } = context;
  const named = objectsToCheck(object, applied);
  // Waiting for itself would never end.
  const objects = named.filter((each) => !isSame(each, object));
  if (named.length === 0) {
    deleteCondition(object, 'Healthy');
    return;
  }
  const wasHealthy = isTrue(object, 'Healthy');
  const newRevision = object.status?.lastAppliedRevision !== run.revision;
  const began = performance.now();
  try {
    await wait(options, context, run, { objects, applied });
  } catch (error) {
    // A FluxError says that the cluster went away meanwhile.
    const isOver = context.signal.aborted && !(error instanceof FluxError);
    if (isOver || context.stopping.aborted) throw error;
    if (options.cancelHealthChecks && context.superseded.aborted) throw context.superseded.reason;
    const message = errorText(error);
    setCondition(object, { type: 'Healthy', status: 'False', reason: 'HealthCheckFailed', message });
    const elapsed = formatDuration(Math.round(performance.now() - began));
    throw new FluxError('FLUX_E_HEALTH', `health check failed after ${elapsed}: ${message}`, {
      reason: 'HealthCheckFailed',
      cause: error,
    });
  }
  const message = `Health check passed in ${formatDuration(Math.round(performance.now() - began))}`;
  if (!wasHealthy || (newRevision && run.changed)) {
    context.event({
      type: 'Normal',
      reason: 'Progressing',
      message,
      annotations: eventAnnotations(run.revision, run.originRevision),
    });
  }
  setCondition(object, { type: 'Healthy', status: 'True', reason: 'Succeeded', message });
}

async function wait(
  options: KustomizationOptions,
  context: Context<Kustomization>,
  run: Run,
  { objects, applied }: { objects: readonly ObjectRef[]; applied: Applied },
): Promise<void> {
  const { object, signal, stopping, superseded } = context;
  const message = `Running health checks for revision ${run.revision} with a timeout of ${formatDuration(run.timeoutMs)}`;
  markReconciling(object, 'Progressing', message);
  setCondition(object, { type: 'Healthy', status: 'Unknown', reason: 'Progressing', message });
  context.progress();
  await context.waiting(() =>
    options.applier.wait({
      ...identityOf(object, options),
      objects,
      timeoutMs: run.timeoutMs,
      failFast: options.failFast,
      ...(run.readHealth ? { readers: run.readHealth } : {}),
      live: applied.live,
      jobsWithTtl: jobsWithTtl(applied.objects).map(refOf),
      signal: AbortSignal.any([signal, stopping, ...(options.cancelHealthChecks ? [superseded] : [])]),
    }),
  );
}

/** All applied objects with `wait`, else the named ones. */
function objectsToCheck({ spec }: Kustomization, applied: Applied): ObjectRef[] {
  return spec.wait
    ? applied.changes.filter(({ action }) => action !== 'skipped').map(({ object }) => object)
    : (spec.healthChecks ?? []).map((check) => ({
        apiVersion: check.apiVersion ?? 'apps/v1',
        kind: check.kind,
        name: check.name,
        namespace: check.namespace ?? '',
      }));
}

function isSame({ kind, name, namespace }: ObjectRef, object: Kustomization): boolean {
  const { metadata } = object;
  return kind === object.kind && name === metadata.name && namespace === metadata.namespace;
}
