import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { ReleaseSnapshot } from '@flux-host/crds/helm/status.ts';
import { Type } from 'typebox';
import Value from 'typebox/value';
import { gitRepository } from '../../app.ts';
import type { World } from '../../harness.ts';
import { condition, isReady, type Live } from '../../live.ts';
import { helmRelease } from '../release.ts';
import { chartFiles } from './chart.ts';

/** A namespace with one HelmRelease `app`. */
export interface Scenario {
  readonly namespace: string;
  /** `HelmRelease/<namespace>/app` */
  readonly ref: string;
  /** `<kind>/<namespace>/<name>` */
  of(kind: string, name: string): string;
  /** Merges into the spec. */
  change(spec: object): Promise<void>;
  /** The environment in which the real helm works on the namespace. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where scenarios take their charts from: a Git repository in a namespace of its own. */
export interface Charts {
  /** `spec.chart` of the chart in a folder of the repository. */
  chart(folder: string): NonNullable<HelmRelease['spec']['chart']>;
  /** Makes a HelmRelease of the chart `app`, or of what `spec` says, and does not wait for it. */
  release(spec?: Partial<HelmRelease['spec']>, namespace?: string): Promise<Scenario>;
}

/** @param more charts by folder: files of each */
export async function createCharts(
  world: World,
  more: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Promise<Charts> {
  const source = await world.cluster.namespace('charts');
  const files = Object.entries({ app: chartFiles(), ...more }).flatMap(([folder, each]) =>
    Object.entries(each).map(([path, content]) => [`${folder}/${path}`, content] as const),
  );
  const repository = await world.git.createRepository(`scenarios-${process.pid}`, Object.fromEntries(files));
  await world.apply(gitRepository(source, { name: 'charts', url: repository.url }));
  const chart: Charts['chart'] = (folder) => ({
    spec: { chart: folder, sourceRef: { kind: 'GitRepository', name: 'charts', namespace: source } },
  });
  return {
    chart,
    async release(spec = {}, namespace) {
      const place = namespace ?? (await world.cluster.namespace('scenario'));
      await world.apply(helmRelease(place, { ...(spec.chartRef ? {} : { chart: chart('app') }), ...spec }));
      return scenarioIn(world, place);
    },
  };
}

export function scenarioIn(world: World, namespace: string): Scenario {
  const ref = `HelmRelease/${namespace}/app`;
  return {
    namespace,
    ref,
    of: (kind, name) => `${kind}/${namespace}/${name}`,
    change: (spec) => world.patch(ref, { spec }),
    env: { KUBECONFIG: world.cluster.kubeconfig, HELM_NAMESPACE: namespace },
  };
}

/** Many scenarios go on at the same time. */
export const patienceMs = 90_000;

/** Ready, and nothing is going on any more. */
export const isSettled = (object: Live): boolean => isReady(object) && !condition(object, 'Reconciling');

/** `Ready: 'False InstallFailed'` for every condition. */
export const conditionsOf = ({ status }: Live): Record<string, string> =>
  Object.fromEntries(
    (status?.conditions ?? []).map(({ type, status: is, reason }) => [type, `${is} ${reason}`]),
  );

/** `status.history`. @throws Error when it is not as the definition of the kind says */
export function snapshotsOf({ status }: Live): ReleaseSnapshot[] {
  const history: unknown = status?.history ?? [];
  return Value.Parse(Type.Array(ReleaseSnapshot), history);
}

/** `2 failed upgrade`, newest first. */
export const historyOf = (object: Live): string[] =>
  snapshotsOf(object).map(({ version, status, action }) => `${version} ${status} ${action ?? ''}`.trim());

/** The names of the phases of the tests, by version. */
export const testsOf = (object: Live): (Record<string, string | undefined> | undefined)[] =>
  snapshotsOf(object).map(
    ({ testHooks }) =>
      testHooks && Object.fromEntries(Object.entries(testHooks).map(([name, { phase }]) => [name, phase])),
  );

/** `Warning InstallFailed` for every event of an object. */
export const eventsOf = async (world: World, ref: string): Promise<string[]> =>
  (await world.events(ref)).map((event) => `${event['type']} ${event['reason']}`);

/** `v1 deployed` for every record of a release that Helm has. */
export async function recordsOf(world: World, namespace: string, name = 'app'): Promise<string[]> {
  const { items } = await world.client.listMetadata(
    { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true },
    { namespace, labelSelector: `owner=helm,name=${name}` },
  );
  return items
    .map(({ metadata }) => `v${metadata.labels?.['version']} ${metadata.labels?.['status']}`)
    .toSorted();
}
