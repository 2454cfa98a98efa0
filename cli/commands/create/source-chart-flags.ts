import type { Flags } from '../../command/types.ts';
import { chartSourceFault, chartSourceKinds } from './helm-release/chart.ts';
import { verifyFlags } from './verification.ts';

export const sourceChartFlags: Flags = {
  chart: { type: 'string', about: 'Helm chart name or path' },
  'chart-version': {
    type: 'string',
    about: 'Helm chart version, accepts a semver range (ignored for charts from GitRepository sources)',
  },
  source: {
    type: 'string',
    typeName: 'helmChartSource',
    about: `source that contains the chart in the format '<kind>/<name>', where kind must be one of: (${chartSourceKinds.join(', ')})`,
    check: chartSourceFault,
  },
  'reconcile-strategy': {
    type: 'string',
    default: 'ChartVersion',
    about: 'the reconcile strategy for helm chart (accepted values: Revision and ChartRevision)',
  },
  ...verifyFlags,
};

export const sourceChartExample = `  # Create a source for a chart residing in a HelmRepository
  flux create source chart podinfo \\
    --source=HelmRepository/podinfo \\
    --chart=podinfo \\
    --chart-version=6.x

  # Create a source for a chart residing in a Git repository
  flux create source chart podinfo \\
    --source=GitRepository/podinfo \\
    --chart=./charts/podinfo

  # Create a source for a chart residing in a S3 Bucket
  flux create source chart podinfo \\
    --source=Bucket/podinfo \\
    --chart=./charts/podinfo

  # Create a source for a chart from OCI and verify its signature
  flux create source chart podinfo \\
    --source HelmRepository/podinfo \\
    --chart podinfo \\
    --chart-version=6.6.2 \\
    --verify-provider=cosign \\
    --verify-issuer=https://token.actions.githubusercontent.com \\
    --verify-subject=https://github.com/example/podinfo/.github/workflows/release.yml@refs/tags/6.6.2`;
