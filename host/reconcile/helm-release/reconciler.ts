import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { compileHealthChecks } from '../../cel/health.ts';
import { parseDuration } from '../../duration/duration.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText, isAbort } from '../../errors/text.ts';
import { getCondition, markFailed, markReconciling, setCondition, timestamp } from '../conditions.ts';
import { Superseded } from '../controller.ts';
import { jitter } from '../jitter.ts';
import { configured } from '../kustomization/configuration-error.ts';
import type { Context, Reconciler, Result } from '../types.ts';
import { reconcileChartTemplate } from './chart-template.ts';
import { checkDependencies } from './dependencies.ts';
import { emit } from './events.ts';
import { finalize, uninstallCurrent } from './finalize.ts';
import type { HelmReleaseOptions } from './options.ts';
import { clearFailures } from './perform.ts';
import { type Outcome, reconcileRelease } from './release.ts';
import { noteAttempt, targetChanged, withRun } from './start.ts';

/** Installs and upgrades Helm charts, and mends what failed. */
export function createHelmReleaseReconciler(options: HelmReleaseOptions): Reconciler<HelmRelease> {
  return {
    reconcile: (context) => reconcile(options, context),
    finalize: (context) => finalize(options, context),
  };
}

/** How long until the next try after something that is not counted as a failure of Helm. */
const shortestRetryMs = 1_000;
const longestRetryMs = 60_000;

async function reconcile(options: HelmReleaseOptions, context: Context<HelmRelease>): Promise<Result> {
  const { object } = context;
  object.status ??= {};
  try {
    const outcome = await pipeline(options, context);
    object.status = { ...object.status, observedGeneration: object.metadata.generation ?? 0 };
    if (outcome.is === 'again')
      return outcome.afterMs === undefined ? backOff(object) : { requeueAfterMs: outcome.afterMs };
    return { requeueAfterMs: jitter(parseDuration(object.spec.interval), options.jitterPercentage) };
  } catch (error) {
    if (context.signal.aborted || (context.stopping.aborted && isAbort(error))) throw error;
    const { reason: by } = context.superseded;
    if (by instanceof Superseded && isAbort(error)) return superseded(context, by);
    return fail(context, error);
  }
}

async function pipeline(options: HelmReleaseOptions, context: Context<HelmRelease>): Promise<Outcome> {
  const { object } = context;
  const readHealth = configured(() => compileHealthChecks(object.spec.healthCheckExprs));
  const sources = await reconcileChartTemplate(context, options);
  markReconciling(object, 'Progressing', 'Fulfilling prerequisites');
  context.progress();
  checkDependencies(object, {
    retryAfterMs: sources.requeueDependencyMs,
    additiveReadyExpr: options.additiveReadyExpr,
    find: options.find,
  });
  return withRun(
    { ...options, sources },
    context,
    async (run): Promise<Outcome> => {
      const changed = targetChanged(run);
      if (changed) {
        context.log.info(
          `release target configuration changed (${changed}): running uninstall for current release`,
        );
        await uninstallCurrent(run.options, run.context);
        clearFailures(object);
        const { history: _, storageNamespace: __, ...status } = object.status ?? {};
        object.status = status;
        await context.patch();
      }
      noteAttempt(run);
      return reconcileRelease(run);
    },
    readHealth,
  );
}

/** Twice as long after each failure. The status says until when. */
function backOff(object: HelmRelease): Result {
  const ms = Math.min(shortestRetryMs * 2 ** Math.min(object.status?.failures ?? 0, 10), longestRetryMs);
  const reconciling = getCondition(object, 'Reconciling');
  if (reconciling) {
    const at = timestamp(new Date(Date.now() + ms));
    setCondition(object, { ...reconciling, message: `${reconciling.message} (next try at ${at})` });
  }
  return { requeueAfterMs: ms };
}

/** Another chart or another spec made the rest of this attempt pointless: the queue already holds the next one. */
function superseded(context: Context<HelmRelease>, by: Superseded): Result {
  const { object } = context;
  const wasRunning = getCondition(object, 'Reconciling')?.message.startsWith('Running') ?? false;
  if (!wasRunning) return { requeueAfterMs: 0 };
  const message = `New reconciliation triggered by ${by.message}`;
  setCondition(object, { type: 'Ready', status: 'False', reason: 'HealthCheckCanceled', message });
  emit(context, {
    type: 'Normal',
    reason: 'HealthCheckCanceled',
    message: `Health checks canceled due to new reconciliation triggered by ${by.message}`,
  });
  return { requeueAfterMs: 0 };
}

const quiet = new Set(['DependencyNotReady', 'SourceNotReady']);

/** Says in the status what keeps the release from being made. @throws the error again: it is tried again with backoff, or not at all */
function fail(context: Context<HelmRelease>, error: unknown): Result {
  const { object, log } = context;
  const known = error instanceof FluxError ? error : undefined;
  const message = errorText(error);
  const before = getCondition(object, 'Ready');
  const reason = known?.reason ?? 'ReconcileError';
  // What Helm says is there already, and more telling.
  const isTold = getCondition(object, 'Released')?.message.includes(message) && before?.status === 'False';
  if (reason === 'RetriesExceeded' || reason === 'MissingRollbackTarget') {
    markFailed(object, { reason, message: known?.message ?? message, terminal: true });
    throw error;
  }
  if (!isTold) {
    setCondition(object, { type: 'Ready', status: 'False', reason, message });
    const isNews = before?.status !== 'False' || before.message !== message;
    if (isNews) emit(context, { type: quiet.has(reason) ? 'Normal' : 'Warning', reason, message });
  }
  markFailed(object, { reason, message, terminal: known?.terminal ?? false });
  if (known?.terminal) throw known;
  // Not what was being done, but why it is to be done again.
  if (!quiet.has(reason))
    markReconciling(object, 'ProgressingWithRetry', getCondition(object, 'Ready')?.message ?? message);
  if (known?.retryAfterMs !== undefined) {
    log.info(`${message}, trying again later or when it changes`);
    return { requeueAfterMs: known.retryAfterMs };
  }
  throw error;
}
