import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { gitRepository } from '../app.ts';
import type { World } from '../harness.ts';

/** A namespace with a Git repository that has a chart, and a HelmRelease of it. */
export interface ReleasedApp {
  readonly namespace: string;
  /** `HelmRelease/<namespace>/app` */
  readonly ref: string;
  commit(files: Readonly<Record<string, string>>): Promise<void>;
  /** Commits files of the chart under another version, and has the source look. */
  publish(version: string, files?: Readonly<Record<string, string>>): Promise<void>;
  /** The environment in which the real helm works on the namespace. */
  readonly env: Readonly<Record<string, string>>;
}

let count = 0;

export const chartYaml = (version: string): string =>
  `apiVersion: v2\nname: app\nversion: ${version}\nappVersion: "9.9"\n`;

/** A ConfigMap that shows a value, the revision and whether it was an upgrade. */
export const settings =
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-settings\ndata:\n  colour: {{ .Values.colour }}\n  revision: "{{ .Release.Revision }}"\n  chart: {{ .Chart.Version }}\n';

export async function createReleasedApp(
  world: World,
  {
    files = {},
    spec = {},
  }: { files?: Readonly<Record<string, string>>; spec?: Partial<HelmRelease['spec']> },
): Promise<ReleasedApp> {
  count += 1;
  const name = `release-${process.pid}-${count}`;
  const namespace = await world.cluster.namespace('release');
  const repository = await world.git.createRepository(name, {
    'chart/Chart.yaml': chartYaml('1.0.0'),
    'chart/values.yaml': 'colour: red\n',
    'chart/templates/settings.yaml': settings,
    ...files,
  });
  await world.apply(gitRepository(namespace, { name: 'source', url: repository.url }));
  await world.apply(helmRelease(namespace, spec));
  return {
    namespace,
    ref: `HelmRelease/${namespace}/app`,
    env: { KUBECONFIG: world.cluster.kubeconfig, HELM_NAMESPACE: namespace },
    async commit(more) {
      await repository.commit({ files: more });
    },
    async publish(version, more = {}) {
      await repository.commit({ files: { 'chart/Chart.yaml': chartYaml(version), ...more } });
      await world.request(`GitRepository/${namespace}/source`);
    },
  };
}

export function helmRelease(
  namespace: string,
  { name = 'app', ...spec }: Partial<HelmRelease['spec']> & { name?: string } = {},
): HelmRelease {
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace },
    spec: {
      interval: '1h',
      ...(spec.chartRef
        ? {}
        : { chart: { spec: { chart: 'chart', sourceRef: { kind: 'GitRepository', name: 'source' } } } }),
      ...spec,
    },
  };
}
