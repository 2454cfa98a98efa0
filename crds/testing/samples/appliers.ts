import { HelmRelease } from '../../helm/helm-release.ts';
import { Kustomization } from '../../kustomize/kustomization.ts';
import { samplesOf } from '../sample.ts';

const kustomization = {
  sourceRef: { kind: 'GitRepository', name: 'app' },
  interval: '10m',
  prune: true,
} as const;
const release = { interval: '10m', chartRef: { kind: 'OCIRepository', name: 'app' } } as const;

export const applierSamples = [
  samplesOf(Kustomization, {
    good: [
      { what: 'a source, an interval and prune', spec: kustomization, defaults: { force: false } },
      {
        what: 'a builder plugin with settings of its own',
        spec: {
          ...kustomization,
          builder: { plugin: 'jsonnet', config: { tla: { replicas: 3 }, deep: [{ x: null }] } },
        },
        defaults: { 'builder.config': { tla: { replicas: 3 }, deep: [{ x: null }] } },
      },
      {
        what: 'variables and a remote cluster',
        spec: {
          ...kustomization,
          kubeConfig: { secretRef: { name: 'prod' } },
          postBuild: { substitute: { a: 'b' }, substituteFrom: [{ kind: 'ConfigMap', name: 'vars' }] },
          ignore: [{ paths: ['/spec/replicas'], target: { kind: 'Deployment' } }],
        },
        defaults: { 'postBuild.substituteFrom.0.optional': false },
      },
    ],
    bad: [
      {
        what: 'no prune',
        spec: { sourceRef: kustomization.sourceRef, interval: '10m' },
        says: 'spec.prune: Required value',
      },
      {
        what: 'a HelmRepository as source',
        spec: { ...kustomization, sourceRef: { kind: 'HelmRepository', name: 'x' } },
        says: 'Unsupported value: "HelmRepository"',
      },
      {
        what: 'an empty kubeConfig',
        spec: { ...kustomization, kubeConfig: {} },
        says: 'kubeConfig needs either configMapRef or secretRef',
      },
      {
        what: 'two kubeConfigs',
        spec: { ...kustomization, kubeConfig: { secretRef: { name: 'x' }, configMapRef: { name: 'x' } } },
        says: 'kubeConfig takes either configMapRef or secretRef, not both',
      },
      {
        what: 'a builder without a plugin',
        spec: { ...kustomization, builder: { config: {} } },
        says: 'spec.builder.plugin: Required value',
      },
      {
        what: 'a target namespace that is too long',
        spec: { ...kustomization, targetNamespace: 'x'.repeat(64) },
        says: 'may not be more than 63',
      },
    ],
  }),
  samplesOf(HelmRelease, {
    good: [
      {
        what: 'values of any shape',
        spec: { ...release, values: { list: [1, 'two', { three: null }], text: '$x' }, uninstall: {} },
        defaults: {
          values: { list: [1, 'two', { three: null }], text: '$x' },
          'uninstall.deletionPropagation': 'background',
        },
      },
      {
        what: 'a chart template',
        spec: {
          interval: '10m',
          chart: { spec: { chart: 'app', sourceRef: { kind: 'HelmRepository', name: 'charts' } } },
          install: { strategy: { name: 'RetryOnFailure', retryInterval: '1m' } },
          valuesFrom: [{ kind: 'Secret', name: 'app', targetPath: 'a.b[0].c\\.d' }],
        },
        defaults: { 'chart.spec.version': '*', 'chart.spec.reconcileStrategy': 'ChartVersion' },
      },
    ],
    bad: [
      { what: 'no chart at all', spec: { interval: '10m' }, says: 'set chart or chartRef, one and not both' },
      {
        what: 'a chart and a chartRef',
        spec: {
          ...release,
          chart: { spec: { chart: 'app', sourceRef: { kind: 'HelmRepository', name: 'charts' } } },
        },
        says: 'set chart or chartRef, one and not both',
      },
      {
        what: 'a retry interval for an install that remediates',
        spec: { ...release, install: { strategy: { name: 'RemediateOnFailure', retryInterval: '1m' } } },
        says: 'retryInterval does not go with RemediateOnFailure',
      },
      {
        what: 'a retry interval for an upgrade that remediates',
        spec: { ...release, upgrade: { strategy: { name: 'RemediateOnFailure', retryInterval: '1m' } } },
        says: 'retryInterval needs RetryOnFailure',
      },
      {
        what: 'a release name that Helm cannot store',
        spec: { ...release, releaseName: 'x'.repeat(54) },
        says: 'may not be more than 53',
      },
      {
        what: 'a target path with spaces',
        spec: { ...release, valuesFrom: [{ kind: 'Secret', name: 'x', targetPath: 'a b' }] },
        says: 'should match',
      },
    ],
  }),
];
