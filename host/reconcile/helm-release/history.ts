import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import type { ReleaseSnapshot } from '@flux-host/crds/helm/status.ts';
import { hooksFor } from '../../helm/actions/hooks.ts';
import { isSelected, type TestFilter } from '../../helm/actions/test.ts';
import type { ChartEngine } from '../../helm/charts.ts';
import { secondsOf } from '../../helm/time.ts';
import type { Release } from '../../helm/types.ts';

export type Snapshot = ReleaseSnapshot;
export type SnapshotAction = 'install' | 'upgrade' | 'rollback' | 'uninstall' | 'uninstall-remediation';

/** Form of snapshots since Helm 4; digests of others are not comparable. */
export const currentVersion = 'v2';
const most = 5;
const zeroTime = '0001-01-01T00:00:00Z';

/** Newest first. */
export const historyOf = ({ status }: HelmRelease): Snapshot[] =>
  (status?.history ?? []).toSorted((a, b) => b.version - a.version);

export const latest = (object: HelmRelease): Snapshot | undefined => historyOf(object)[0];

/** `apps/web.v3`, as Flux names a release in messages. */
export const fullName = ({ namespace, name, version }: Snapshot): string =>
  `${namespace}/${name}.v${version}`;

/** `app@1.2.3` */
export const chartName = (snapshot: Snapshot): string => `${snapshot.chartName}@${snapshot.chartVersion}`;

/** All tests were run, as far as they were to be: none comes after one that failed. */
export function isTested(snapshot: Snapshot): boolean {
  if (!snapshot.testHooks) return false;
  const phases = Object.values(snapshot.testHooks).map(({ phase }) => phase);
  return phases.includes('Failed') || phases.every((phase) => phase === 'Succeeded');
}

export const hasFailedTest = ({ testHooks }: Snapshot): boolean =>
  Object.values(testHooks ?? {}).some(({ phase }) => phase === 'Failed');

/** The release to go back to. */
export function previous(object: HelmRelease, ignoresTests: boolean): Snapshot | undefined {
  return historyOf(object)
    .slice(1)
    .find((each) => isGood(each, ignoresTests));
}

function isGood(snapshot: Snapshot, ignoresTests: boolean): boolean {
  return ['deployed', 'superseded'].includes(snapshot.status) && (ignoresTests || !hasFailedTest(snapshot));
}

/** Keeps the newest release and those down to the one to go back to; without such a one, the last five. */
export function truncated(object: HelmRelease, ignoresTests: boolean): Snapshot[] {
  const history = historyOf(object);
  const good = history.findIndex((each, index) => index > 0 && isGood(each, ignoresTests));
  return history.slice(0, good < 0 ? most : good + 1);
}

export const newest = (object: HelmRelease): Snapshot[] => historyOf(object).slice(0, most);

/** What is remembered of a release. */
export async function snapshotOf(
  engine: ChartEngine,
  release: Release,
  known: Pick<Snapshot, 'ociDigest' | 'testHooks' | 'action'> = {},
): Promise<Snapshot> {
  const { digest, configDigest } = await engine.observe(release, { ociDigest: known.ociDigest });
  const { metadata } = release.chart;
  const { info } = release;
  const deleted = secondsOf(info.deleted);
  return {
    apiVersion: currentVersion,
    digest,
    name: release.name,
    namespace: release.namespace,
    version: release.version,
    status: info.status,
    chartName: metadata.name,
    chartVersion: metadata.version,
    ...(metadata.appVersion ? { appVersion: metadata.appVersion } : {}),
    configDigest,
    firstDeployed: secondsOf(info.first_deployed) ?? zeroTime,
    lastDeployed: secondsOf(info.last_deployed) ?? zeroTime,
    ...(deleted ? { deleted } : {}),
    ...(known.action ? { action: known.action } : {}),
    ...(known.ociDigest ? { ociDigest: known.ociDigest } : {}),
    ...(known.testHooks ? { testHooks: known.testHooks } : {}),
  };
}

/** Brings the snapshots of releases that were written up to date. Ones that are not in the history are added where `add` says how. */
export async function remember(
  object: HelmRelease,
  engine: ChartEngine,
  written: Iterable<Release>,
  how: { action?: SnapshotAction; add?: Pick<Snapshot, 'ociDigest'> },
): Promise<void> {
  const history = new Map(historyOf(object).map((each) => [each.version, each]));
  for (const release of written) {
    const known = history.get(release.version);
    if (!known && !how.add) continue;
    const action = how.action ?? known?.action;
    const details = { ...(known ?? how.add), ...(action ? { action } : {}) };
    history.set(release.version, await snapshotOf(engine, release, details));
  }
  object.status = {
    ...object.status,
    history: [...history.values()].toSorted((a, b) => b.version - a.version),
  };
}

/** How the tests of a release went. */
export function testHooksOf(
  release: Release,
  filters: readonly TestFilter[],
): NonNullable<Snapshot['testHooks']> {
  const hooks = hooksFor(release, 'test').filter(({ name }) => isSelected(name ?? '', filters));
  return Object.fromEntries(
    hooks.map(({ name = '', last_run }) => {
      const [lastStarted, lastCompleted] = [secondsOf(last_run.started_at), secondsOf(last_run.completed_at)];
      return [
        name,
        {
          ...(last_run.phase ? { phase: last_run.phase } : {}),
          ...(lastStarted ? { lastStarted } : {}),
          ...(lastCompleted ? { lastCompleted } : {}),
        },
      ];
    }),
  );
}
