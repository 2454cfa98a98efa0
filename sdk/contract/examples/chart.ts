import type { Example } from './example.ts';

export const chartExamples: readonly Example<'chart'>[] = [
  {
    kind: 'chart',
    operation: 'inspect',
    shows: 'a chart in a folder',
    request: { chart: 'charts/app' },
    response: {
      metadata: { apiVersion: 'v2', name: 'app', version: '1.2.3', appVersion: '4.5' },
      dependencies: [
        { name: 'db', version: '^1.0.0', repository: 'https://charts.example.com', missing: true },
      ],
      values: { replicas: 1 },
      crds: [{ file: 'app/crds/backup.yaml', manifest: 'kind: CustomResourceDefinition\n' }],
    },
  },
  {
    kind: 'chart',
    operation: 'inspect',
    shows: 'a folder without a chart',
    request: { chart: 'no/such/chart' },
    failure: {
      message: 'stat no/such/chart: no such file or directory',
      reason: 'InvalidChartReference',
      terminal: true,
    },
  },
  {
    kind: 'chart',
    operation: 'package',
    shows: 'a chart with other values and a version that tells the revision',
    request: {
      chart: 'charts/app',
      versionMetadata: '2c26b46b68ff',
      valuesFiles: {
        from: 'source',
        files: ['charts/app/values.yaml', 'values/gone.yaml'],
        ignoreMissing: true,
      },
      dependencies: { db: '/in/charts/db' },
    },
    response: {
      name: 'app',
      version: '1.2.3+2c26b46b68ff',
      file: 'app-1.2.3+2c26b46b68ff.tgz',
      resolved: 1,
    },
  },
  {
    kind: 'chart',
    operation: 'package',
    shows: 'a chart that needs another one from a repository',
    request: { chart: 'charts/app' },
    response: {
      dependencies: [{ name: 'db', version: '^1.0.0', repository: 'https://charts.example.com' }],
    },
  },
];
