import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { compileHealthChecks } from '../../cel/health.ts';
import { formatDuration, parseDuration } from '../../duration/duration.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText, isAbort } from '../../errors/text.ts';
import { clone } from '../../json.ts';
import { requestedAt } from '../annotations.ts';
import {
  deleteCondition,
  getCondition,
  isReady,
  isTrue,
  markFailed,
  markReconciling,
  setCondition,
} from '../conditions.ts';
import { Superseded } from '../controller.ts';
import { recordHistory } from '../history.ts';
import { jitter } from '../jitter.ts';
import { inTargetCluster } from '../target-cluster.ts';
import type { Context, Reconciler, Result } from '../types.ts';
import { applyObjects } from './apply.ts';
import { buildObjects } from './build.ts';
import { configured } from './configuration-error.ts';
import { checkDependencies } from './dependencies.ts';
import { eventAnnotations } from './events.ts';
import { finalize } from './finalize.ts';
import { checkHealth } from './health.ts';
import type { KustomizationOptions, Run } from './options.ts';
import { pruneObjects } from './prune.ts';
import { findArtifact } from './source.ts';
import { retryIntervalOf, timeoutOf } from './timing.ts';

/** Builds, applies, prunes and watches the health of what a Kustomization describes. */
export function createKustomizationReconciler(options: KustomizationOptions): Reconciler<Kustomization> {
  return {
    reconcile: (context) => reconcile(options, context),
    finalize: (context) => finalize(options, context),
  };
}

async function reconcile(options: KustomizationOptions, context: Context<Kustomization>): Promise<Result> {
  const { object, log } = context;
  const before = clone(object);
  const began = performance.now();
  object.status ??= {};
  let run: Run | undefined;
  try {
    if (object.spec.decryption) options.decryptions.check(object.spec.decryption);
    run = await start(options, context, began);
    checkDependencies(object, {
      revision: run.revision,
      find: options.find,
      retryAfterMs: options.sources.requeueDependencyMs,
      additiveReadyExpr: options.additiveReadyExpr,
    });
    if (object.spec.dependsOn?.length) log.info('All dependencies are ready, proceeding with reconciliation');
    await pipeline(options, context, run);
    return succeed(options, context, run, before);
  } catch (error) {
    if (context.signal.aborted || (context.stopping.aborted && isAbort(error))) throw error;
    if (context.superseded.aborted && error instanceof Superseded) return superseded(context, run, error);
    return fail(context, run, error);
  } finally {
    log.debug('reconciled', { durationMs: Math.round(performance.now() - began) });
  }
}

/** What has to be there before anything is fetched: expressions that compile, the source, its artifact. */
async function start(
  options: KustomizationOptions,
  { object }: Context<Kustomization>,
  began: number,
): Promise<Run> {
  const readHealth = configured(() => compileHealthChecks(object.spec.healthCheckExprs));
  const artifact = await findArtifact(object, options.sources, retryIntervalOf(object));
  const { revision } = artifact;
  const originRevision = artifact.metadata?.['org.opencontainers.image.revision'];
  return {
    artifact,
    revision,
    began,
    changed: false,
    timeoutMs: timeoutOf(object),
    ...(readHealth ? { readHealth } : {}),
    ...(originRevision ? { originRevision } : {}),
  };
}

async function pipeline(
  options: KustomizationOptions,
  context: Context<Kustomization>,
  run: Run,
): Promise<void> {
  const { object } = context;
  const previous = object.status?.inventory?.entries ?? [];
  progress(context, run, 'Fetching manifests');
  const built = await buildObjects(options, context, run, (step) => progress(context, run, step));
  await inTargetCluster({ options, context, reason: 'ReconciliationFailed' }, async (target) => {
    run.digest = built.digest;
    progress(context, run, 'Detecting drift');
    const applied = await applyObjects(target.options, target.context, run, { built, previous });
    await pruneObjects(target.options, target.context, run, { previous, current: applied.inventory });
    await checkHealth(target.options, target.context, run, { ...applied, objects: built.objects });
  });
}

function progress({ object, progress }: Context<Kustomization>, run: Run, step: string): void {
  markReconciling(
    object,
    'Progressing',
    `${step} for revision ${run.revision} with a timeout of ${formatDuration(run.timeoutMs)}`,
  );
  setCondition(object, {
    type: 'Ready',
    status: 'Unknown',
    reason: 'Progressing',
    message: 'Reconciliation in progress',
  });
  progress();
}

async function succeed(
  options: KustomizationOptions,
  context: Context<Kustomization>,
  run: Run,
  before: Kustomization,
): Promise<Result> {
  const { object, log } = context;
  const interval = parseDuration(object.spec.interval);
  const result = { requeueAfterMs: jitter(interval, options.jitterPercentage) };
  if (isUneventful(before, object, run)) {
    object.status = before.status ?? {};
    return result;
  }
  object.status = { ...object.status, lastAppliedRevision: run.revision };
  if (run.originRevision) object.status.lastAppliedOriginRevision = run.originRevision;
  else delete object.status.lastAppliedOriginRevision;
  setCondition(object, {
    type: 'Ready',
    status: 'True',
    reason: 'ReconciliationSucceeded',
    message: `Applied revision: ${run.revision}`,
  });
  deleteCondition(object, 'Reconciling');
  deleteCondition(object, 'Stalled');
  object.status.observedGeneration = object.metadata.generation ?? 0;
  remember(context, run, 'ReconciliationSucceeded');
  await context.patch();
  const elapsed = formatDuration(Math.round(performance.now() - run.began));
  const message = `Reconciliation finished in ${elapsed}, next run in ${formatDuration(interval)}`;
  log.info(message, { revision: run.revision });
  context.event({
    type: 'Normal',
    reason: 'ReconciliationSucceeded',
    message,
    annotations: {
      ...eventAnnotations(run.revision, run.originRevision),
      'kustomize.toolkit.fluxcd.io/commit_status': 'update',
    },
  });
  return result;
}

/** An interval at which nothing was found to do leaves no trace: no status write, no event. */
function isUneventful(before: Kustomization, object: Kustomization, run: Run): boolean {
  return (
    !run.changed &&
    isReady(before) &&
    !getCondition(before, 'Reconciling') &&
    before.status?.lastAppliedRevision === run.revision &&
    before.status.lastHandledReconcileAt === requestedAt(object) &&
    isTrue(before, 'Healthy') === isTrue(object, 'Healthy')
  );
}

/** A newer revision, spec or request made the rest of this attempt pointless: the queue already holds the next one. */
function superseded(context: Context<Kustomization>, run: Run | undefined, by: Superseded): Result {
  const { object, log, event } = context;
  // Nothing was built yet: the next attempt shows where it stands.
  if (!run?.digest) return { requeueAfterMs: 0 };
  setCondition(object, {
    type: 'Ready',
    status: 'False',
    reason: 'HealthCheckCanceled',
    message: `New reconciliation triggered by ${by.message}`,
  });
  log.info('New reconciliation triggered, canceling health checks', { trigger: by.message });
  event({
    type: 'Normal',
    reason: 'HealthCheckCanceled',
    message: `Health checks canceled due to new reconciliation triggered by ${by.message}`,
    annotations: eventAnnotations(run?.revision, run?.originRevision),
  });
  return { requeueAfterMs: 0 };
}

/**
 * Writes a failure into conditions, history and an event, and comes back after the retry interval.
 * @throws the error again when only a change of the object can help
 */
function fail(context: Context<Kustomization>, run: Run | undefined, error: unknown): Result {
  const { object, event, log } = context;
  const known = error instanceof FluxError ? error : undefined;
  const reason = known?.reason ?? 'ReconciliationFailed';
  const message = errorText(error);
  const waiting = reason === 'DependencyNotReady' || known?.code.startsWith('FLUX_E_SOURCE_') === true;
  const before = getCondition(object, 'Ready');
  const isNews = before?.status !== 'False' || before.message !== message;
  setCondition(object, { type: 'Ready', status: 'False', reason, message });
  markFailed(object, { reason, message, terminal: known?.terminal ?? false });
  if (!waiting) remember(context, run, reason);
  const requeueAfterMs = known?.retryAfterMs ?? retryIntervalOf(object);
  const next = formatDuration(requeueAfterMs);
  const annotations = eventAnnotations(run?.revision, run?.originRevision);
  if (!waiting) event({ type: 'Warning', reason, message, annotations });
  // Who waits for a source tells nobody, as in Flux; the words are those that exclusion lists of Alerts look for.
  else if (isNews && reason === 'DependencyNotReady') {
    const told = `Dependencies do not meet ready condition, retrying in ${next}`;
    event({ type: 'Normal', reason, message: told, annotations });
  }
  if (known?.terminal) throw known;
  if (waiting) {
    log.info(`${message}, retrying in ${next} or when it changes`);
  } else {
    const elapsed = formatDuration(Math.round(performance.now() - (run?.began ?? performance.now())));
    log.error(error, `Reconciliation failed after ${elapsed}, next try in ${next}`, {
      revision: run?.revision,
    });
  }
  return { requeueAfterMs };
}

function remember({ object }: Context<Kustomization>, run: Run | undefined, status: string): void {
  if (!run?.digest || !object.status) return;
  object.status.history = recordHistory(object.status.history, {
    digest: run.digest,
    durationMs: Math.round(performance.now() - run.began),
    status,
    metadata: {
      revision: run.revision,
      ...(run.originRevision ? { originRevision: run.originRevision } : {}),
    },
  });
}
