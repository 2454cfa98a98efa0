import type { Flags } from '../../../command/types.ts';
import { chartSourceFault, chartSourceKinds } from './chart.ts';

export const crdPolicies = ['Skip', 'Create', 'CreateReplace'] as const;

export const helmReleaseFlags: Flags = {
  'release-name': {
    type: 'string',
    about:
      "name used for the Helm release, defaults to a composition of '[<target-namespace>-]<HelmRelease-name>'",
  },
  source: {
    type: 'string',
    about: `source that contains the chart in the format '<kind>/<name>.<namespace>', where kind must be one of: (${chartSourceKinds.join(', ')})`,
    check: chartSourceFault,
  },
  chart: { type: 'string', about: 'Helm chart name or path' },
  'chart-version': {
    type: 'string',
    about: 'Helm chart version, accepts a semver range (ignored for charts from GitRepository sources)',
  },
  'chart-ref': {
    type: 'string',
    about:
      "the name of the HelmChart resource to use as source for the HelmRelease, in the format '<kind>/<name>.<namespace>', where kind must be one of: (OCIRepository,HelmChart)",
  },
  'chart-interval': { type: 'duration', about: 'the interval of which to check for new chart versions' },
  'reconcile-strategy': {
    type: 'string',
    default: 'ChartVersion',
    choices: ['Revision', 'ChartVersion'],
    about:
      'the reconcile strategy for helm chart created by the helm release(accepted values: Revision and ChartVersion)',
  },
  'depends-on': {
    type: 'list',
    about:
      "HelmReleases that must be ready before this release can be installed, supported formats '<name>' and '<namespace>/<name>'",
  },
  'target-namespace': {
    type: 'string',
    about: 'namespace to install this release, defaults to the HelmRelease namespace',
  },
  'storage-namespace': {
    type: 'string',
    about: 'namespace to store the Helm release, defaults to the target namespace',
  },
  'create-target-namespace': { type: 'bool', about: 'create the target namespace if it does not exist' },
  'service-account': {
    type: 'string',
    about: 'the name of the service account to impersonate when reconciling this HelmRelease',
  },
  values: { type: 'list', about: 'local path to values.yaml files, also accepts comma-separated values' },
  'values-from': {
    type: 'list',
    about:
      "a Kubernetes object reference that contains the values.yaml data key in the format '<kind>/<name>', where kind must be one of: (Secret,ConfigMap)",
  },
  crds: {
    type: 'string',
    typeName: crdPolicies.join('|'),
    about: 'upgrade CRDs policy',
    choices: crdPolicies,
    check: (value) =>
      crdPolicies.some((each) => each === value)
        ? undefined
        : value.trim() === ''
          ? `no upgrade CRDs policy given, must be one of: ${crdPolicies.join(', ')}`
          : `unsupported upgrade CRDs policy '${value}', must be one of: ${crdPolicies.join(', ')}`,
  },
  'kubeconfig-secret-ref': {
    type: 'string',
    about:
      'the name of the Kubernetes Secret that contains a key with the kubeconfig file for connecting to a remote cluster',
  },
};
