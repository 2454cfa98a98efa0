import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import { createActionLog } from '../../helm/action-log.ts';
import { uninstall } from '../../helm/actions/uninstall.ts';
import { createChartEngine } from '../../helm/charts.ts';
import { createStorage } from '../../helm/storage.ts';
import type { Release } from '../../helm/types.ts';
import { clone } from '../../json.ts';
import { serviceAccounts } from '../../kube/core.ts';
import { isKube } from '../../kube/errors.ts';
import { getCondition, setCondition } from '../conditions.ts';
import { inTargetCluster } from '../target-cluster.ts';
import type { Context } from '../types.ts';
import { actionContext } from './action-context.ts';
import { deleteChart } from './chart-template.ts';
import { emit, factsOf, withLog } from './events.ts';
import { recallForgotten } from './forgotten.ts';
import { chartName, fullName, latest, remember } from './history.ts';
import { accountOf, identityOf } from './identity.ts';
import type { HelmReleaseOptions } from './options.ts';
import { uninstallSettings } from './settings.ts';
import { summarise } from './summary.ts';

/** Uninstalls the release of an object that is being deleted, unless it is suspended, and removes its HelmChart. */
export async function finalize(options: HelmReleaseOptions, context: Context<HelmRelease>): Promise<void> {
  const { object, key } = context;
  if (!object.spec.suspend) {
    // A cluster that was never reached must not keep the object.
    const mayBeThere = object.status?.storageNamespace !== undefined || !object.spec.kubeConfig;
    if (mayBeThere && !(await isAccountGone(options, context))) {
      await uninstallFromTarget(options, context);
    }
    await deleteChart(context, options.client);
  }
  options.applier.forget(key);
  options.remote.forget(key);
}

const reason = 'UninstallFailed';

/** Without a kubeconfig there is no way to the release any more, which must not keep the object for ever: as in Flux. */
async function uninstallFromTarget(
  options: HelmReleaseOptions,
  context: Context<HelmRelease>,
): Promise<void> {
  const { object, signal, log } = context;
  let isReached = false;
  try {
    await inTargetCluster({ options, context, reason }, (target) => {
      isReached = true;
      return uninstallCurrent(target.options, target.context, { evenForgotten: true });
    });
  } catch (error) {
    signal.throwIfAborted();
    if (!isReached && isMissing(error)) {
      log.error(error, 'skipping Helm release uninstallation');
      return;
    }
    // What Helm says is there already.
    if (!(error instanceof FluxError && error.reason === reason)) throw error;
    const message = `failed to uninstall release: ${error.message}`;
    const isNews = getCondition(object, 'Ready')?.message !== message;
    setCondition(object, { type: 'Ready', status: 'False', reason, message });
    if (isNews) emit(context, { type: 'Warning', reason, message });
    await context.patch();
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && (isKube(error, 'notFound') || isMissing(error.cause));
}

/** An account that was deleted first must not keep its whole namespace from going, as in Flux. Those of another cluster are its own. */
async function isAccountGone(
  { client, defaultServiceAccount }: HelmReleaseOptions,
  { object, log, signal }: Context<HelmRelease>,
): Promise<boolean> {
  const name = accountOf(object, defaultServiceAccount);
  if (!name || object.spec.kubeConfig) return false;
  try {
    await client.getMetadata(
      serviceAccounts,
      { namespace: object.metadata.namespace ?? '', name },
      { signal },
    );
    return false;
  } catch (error) {
    if (!isKube(error, 'notFound')) throw error;
    log.error(error, 'skipping Helm release uninstallation');
    return true;
  }
}

/**
 * Uninstalls the release that there is, which need not be the one that the spec describes.
 * @throws what went wrong; it is in the status then
 */
export async function uninstallCurrent(
  options: HelmReleaseOptions,
  context: Context<HelmRelease>,
  { evenForgotten = false } = {},
): Promise<void> {
  const { object, signal } = context;
  const { client, identity } = identityOf(object, options);
  const engine = createChartEngine({
    plugins: options.plugins,
    namespace: object.metadata.namespace ?? '',
    signal,
    algorithm: options.digestAlgorithm,
  });
  if (evenForgotten) await recallForgotten(object, { client, engine, signal });
  const current = latest(object);
  const namespace = object.status?.storageNamespace;
  if (!current || !namespace) return;
  const written = new Map<number, Release>();
  const storage = createStorage({
    client,
    namespace,
    name: current.name,
    signal,
    onWrite: (release) => void written.set(release.version, clone(release)),
  });
  const run = {
    options,
    context,
    name: current.name,
    namespace: current.namespace,
    storage,
    client,
    identity,
    actionLog: createActionLog(),
  };
  const text = `${fullName(current)} with chart ${chartName(current)}`;
  try {
    const release = await uninstall(actionContext(run, 'uninstall'), uninstallSettings(object));
    await remember(object, engine, written.values(), { action: 'uninstall' });
    const message = release
      ? `Helm uninstall succeeded for release ${text}`
      : `Release ${fullName(current)} was not found, assuming it is uninstalled`;
    setCondition(object, { type: 'Released', status: 'False', reason: 'UninstallSucceeded', message });
    if (release) emit(context, { type: 'Normal', reason: 'UninstallSucceeded', message }, factsOf(current));
  } catch (error) {
    signal.throwIfAborted();
    const message = `Helm uninstall failed for release ${text}: ${errorText(error).trim()}`;
    object.status = { ...object.status, failures: (object.status?.failures ?? 0) + 1 };
    setCondition(object, { type: 'Released', status: 'False', reason: 'UninstallFailed', message });
    emit(
      context,
      { type: 'Warning', reason: 'UninstallFailed', message: withLog(message, run) },
      factsOf(current),
    );
    summarise(object);
    await context.patch();
    throw error instanceof FluxError ? error : new FluxError('FLUX_E_HELM_DELETE', message, { cause: error });
  }
  summarise(object);
  const { inventory: _, ...status } = object.status ?? {};
  object.status = status;
}
