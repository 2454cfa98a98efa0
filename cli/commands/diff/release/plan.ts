import type { HelmRelease } from '@flux-host/crds/index.ts';
import type { ActionContext } from '@flux-host/host/helm/actions/context.ts';
import { replacedBy } from '@flux-host/host/helm/actions/upgrade.ts';
import { createStorage } from '@flux-host/host/helm/storage.ts';
import type { Hook, Release } from '@flux-host/host/helm/types.ts';
import type { KubeClient } from '@flux-host/host/kube/types.ts';
import { actionContext } from '@flux-host/host/reconcile/helm-release/action-context.ts';
import { unknownState } from '@flux-host/host/reconcile/helm-release/errors.ts';
import { latest } from '@flux-host/host/reconcile/helm-release/history.ts';
import { rendered } from '@flux-host/host/reconcile/helm-release/render.ts';
import type { Run } from '@flux-host/host/reconcile/helm-release/run.ts';
import { installSettings, upgradeSettings } from '@flux-host/host/reconcile/helm-release/settings.ts';
import { targetChanged } from '@flux-host/host/reconcile/helm-release/start.ts';
import { stateOf } from '@flux-host/host/reconcile/helm-release/state.ts';
import { followsRevisions, hasOtherFiles } from './chart-change.ts';

const sameVersion = 'the chart is another one: its version is the same';

/** What would be done with a release. */
export interface ReleasePlan {
  readonly action: 'install' | 'upgrade' | 'none';
  /** For people: what is done, and why. */
  readonly note: string;
  readonly context: ActionContext;
  /** The chart is another one and nothing comes of it. */
  readonly isTrap?: boolean;
  /** What there will be: YAML documents. */
  readonly manifest: string;
  readonly hooks: readonly Hook[];
  /** What there is. Absent when nothing was released before. */
  readonly before?: Release;
  /** Another release that goes first. */
  readonly replaced?: Release;
}

/** How a release is planned. */
export interface PlanOptions {
  /** As whom the cluster is asked, as it is. */
  readonly client: KubeClient;
  /** Whether an upgrade is asked for, whatever the host thinks of it. */
  readonly isForced: boolean;
  /** The chart is of a folder on this machine: it may be another one under the same version. */
  readonly isLocal: boolean;
}

/**
 * Decides what would become of a release as the host does, and renders it.
 * @throws FluxError in Helm's words for what is wrong with templates or values
 */
export async function planRelease(
  run: Run,
  { client, isForced, isLocal }: PlanOptions,
): Promise<ReleasePlan> {
  const { object } = run.context;
  const here = { ...run, client };
  const other = targetChanged(run);
  if (other) {
    const replaced = await currentRelease(object, client, run.context.signal);
    return install(here, `${nameOf(run)} is installed anew: another ${other}`, replaced);
  }
  const state = await stateOf(here).catch((error: unknown) => {
    run.context.signal.throwIfAborted();
    throw unknownState(error);
  });
  if (state.is === 'absent') return install(here, `install of ${nameOf(run)}`);
  const history = await run.storage.history();
  const before = replacedBy(history) ?? history.at(-1);
  if (!before) return install(here, `install of ${nameOf(run)}`);
  const revision = (history.at(-1)?.version ?? 0) + 1;
  const isInSync = state.is === 'inSync' || state.is === 'untested';
  if (isForced || !isInSync) {
    return upgrade(here, { before, revision, why: 'why' in state ? state.why : undefined });
  }
  const isOther = isLocal && (await hasOtherFiles(here, before));
  if (isOther && followsRevisions(object)) {
    return upgrade(here, { before, revision, why: 'release chart changed' });
  }
  return {
    action: 'none',
    note: `no upgrade of ${nameOfRelease(before)}${isOther ? `, although ${sameVersion}` : ''}`,
    isTrap: isOther,
    context: actionContext(here, 'upgrade'),
    manifest: before.manifest,
    hooks: before.hooks ?? [],
    before,
  };
}

async function install(run: Run, note: string, replaced?: Release): Promise<ReleasePlan> {
  const { timeoutMs } = installSettings(run.context.object);
  const last = await run.storage.last();
  const { manifest, hooks } = await rendered(run, {
    revision: (last?.version ?? 0) + 1,
    isUpgrade: false,
    timeoutMs,
  });
  const context = actionContext(run, 'install');
  return { action: 'install', note, context, manifest, hooks, ...(replaced && { replaced }) };
}

async function upgrade(
  run: Run,
  { before, revision, why }: { before: Release; revision: number; why: string | undefined },
): Promise<ReleasePlan> {
  const { timeoutMs } = upgradeSettings(run.context.object);
  const { manifest, hooks } = await rendered(run, { revision, isUpgrade: true, timeoutMs, before });
  const [from, to] = [nameOfRelease(before), nameOf(run)];
  const note = from === to ? `upgrade of ${to}${why ? `: ${why}` : ''}` : `upgrade from ${from} to ${to}`;
  return { action: 'upgrade', note, context: actionContext(run, 'upgrade'), manifest, hooks, before };
}

/** The release that goes first when another one takes its place. */
async function currentRelease(
  object: HelmRelease,
  client: KubeClient,
  signal: AbortSignal,
): Promise<Release | undefined> {
  const current = latest(object);
  const { storageNamespace: namespace } = object.status ?? {};
  if (!current || !namespace) return undefined;
  return createStorage({ client, namespace, name: current.name, signal }).last();
}

const nameOf = ({ chart: { metadata } }: Run): string => `${metadata.name}@${metadata.version}`;

const nameOfRelease = ({ chart: { metadata } }: Release): string => `${metadata.name}@${metadata.version}`;
