import { errorText } from '../../errors/text.ts';
import { namespaces } from '../../kube/core.ts';
import { isKube } from '../../kube/errors.ts';
import type { KubeClient } from '../../kube/types.ts';
import { nameInUse } from '../errors.ts';
import { goTime } from '../time.ts';
import type { Release } from '../types.ts';
import { checkName, checkRelease } from './check.ts';
import type { ActionContext, ActionSettings } from './context.ts';
import { applyCrds } from './crds.ts';
import { runHooks } from './hooks.ts';
import { applyRelease, checkOwnership, waitReady } from './objects.ts';
import type { ChartWork } from './rendered.ts';

export interface InstallSettings extends ActionSettings {
  /** Installs over a release that was uninstalled with its history. */
  readonly replace: boolean;
  readonly takeOwnership: boolean;
  readonly createNamespace: boolean;
  readonly serverSideApply: boolean;
}

/**
 * Installs a chart, as `helm install` does. From the moment on that the release is recorded, a failure is recorded, too.
 * @throws FluxError and whatever the steps throw
 */
export async function install(
  context: ActionContext,
  settings: InstallSettings,
  chart: ChartWork<[revision: number]>,
): Promise<Release> {
  const { name, namespace, storage, signal } = context;
  checkName(name);
  const last = await storage.last();
  if (last && !(settings.replace && ['uninstalled', 'failed'].includes(last.info.status)))
    throw nameInUse(name);
  const version = (last?.version ?? 0) + 1;
  const rendered = await chart.render(version);
  const now = goTime();
  const release: Release = {
    name,
    namespace,
    version,
    info: {
      first_deployed: now,
      last_deployed: now,
      description: 'Initial install underway',
      status: 'pending-install',
      ...(rendered.notes ? { notes: rendered.notes } : {}),
    },
    chart: rendered.chart,
    config: rendered.config,
    manifest: rendered.manifest,
    hooks: rendered.hooks,
    apply_method: settings.serverSideApply ? 'ssa' : 'csa',
  };
  const objects = await checkRelease(context, release, chart.definitions);
  if (!settings.takeOwnership) await checkOwnership(context, objects);
  await applyCrds(context, release, chart.definitions);
  if (settings.createNamespace) await createNamespace(context.client, namespace, signal);
  if (last) {
    last.info = { ...last.info, status: 'superseded', description: 'superseded by new release' };
    await storage.update(last);
  }
  await storage.create(release, 0);
  try {
    await runHooks(context, { release, event: 'pre-install', settings });
    const { live } = await applyRelease(context, release, { objects });
    await waitReady(context, settings, { objects, live });
    await runHooks(context, { release, event: 'post-install', settings });
    release.info = { ...release.info, status: 'deployed', description: 'Install complete' };
    await storage.update(release);
    return release;
  } catch (error) {
    signal.throwIfAborted();
    const description = `Release "${name}" failed: ${errorText(error)}`;
    release.info = { ...release.info, status: 'failed', description };
    await storage.update(release);
    throw error;
  }
}

async function createNamespace(client: KubeClient, name: string, signal: AbortSignal): Promise<void> {
  try {
    const metadata = { name, labels: { name } };
    await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata }, { signal });
  } catch (error) {
    if (!isKube(error, 'alreadyExists')) throw error;
  }
}
