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
  {
    kind: 'chart',
    operation: 'render',
    shows: 'an installation',
    request: {
      chart: 'charts/app',
      values: { colour: 'blue' },
      release: { name: 'web', namespace: 'apps', revision: 1, isInstall: true, isUpgrade: false },
      capabilities: { kubeVersion: 'v1.36.3', apiVersions: ['v1', 'apps/v1', 'apps/v1/Deployment'] },
      postRender: { strategy: 'combined', metadata: [{ labels: { team: 'a' } }] },
    },
    response: {
      chart: { metadata: { apiVersion: 'v2', name: 'app', version: '1.2.3' }, templates: [], values: {} },
      config: { colour: 'blue' },
      notes: '',
      manifest:
        '---\n# Source: app/templates/settings.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n\n',
      hooks: [],
    },
  },
  {
    kind: 'chart',
    operation: 'render',
    shows: 'objects that the host wants to change',
    request: {
      chart: 'charts/app',
      values: {},
      release: { name: 'web', namespace: 'apps', revision: 2, isInstall: false, isUpgrade: true },
      capabilities: { kubeVersion: 'v1.36.3', apiVersions: ['v1'] },
      postRender: { strategy: 'combined', byHost: true },
    },
    response: {
      chart: { metadata: { apiVersion: 'v2', name: 'app', version: '1.2.3' }, templates: [], values: {} },
      config: {},
      notes: '',
      streams: { '': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n' },
    },
  },
  {
    kind: 'chart',
    operation: 'render',
    shows: 'values that are not what the templates need',
    request: {
      chart: 'charts/app',
      values: { colour: { is: 'no text' }, fail: true },
      release: { name: 'web', namespace: 'apps', revision: 1, isInstall: true, isUpgrade: false },
      capabilities: { kubeVersion: 'v1.36.3', apiVersions: ['v1'] },
    },
    failure: { message: 'execution error at (app/templates/settings.yaml:6:4): wished for', terminal: true },
  },
  {
    kind: 'chart',
    operation: 'compose',
    shows: 'values of a ConfigMap, a Secret and the object itself',
    request: {
      parts: [
        { name: "ConfigMap chart values reference 'apps/web'", content: 'colour: red\nsize: 1\n' },
        { name: "Secret chart values reference 'apps/web'", content: '7', path: 'size' },
      ],
      values: { colour: 'blue' },
    },
    response: {
      values: { colour: 'blue', size: 7 },
      digest: 'sha256:0b3ab9b2a2b1e6ff4bcc6b4b0a9e0ea1ab0b1d3c0d7ad4c2c3f2b1d0e9f8a7b6',
    },
  },
  {
    kind: 'chart',
    operation: 'observe',
    shows: 'a release',
    request: {
      release: {
        name: 'web',
        namespace: 'apps',
        version: 1,
        info: {
          status: 'deployed',
          first_deployed: '2026-01-02T03:04:05Z',
          last_deployed: '2026-01-02T03:04:05Z',
        },
        chart: { metadata: { name: 'app', version: '1.2.3', apiVersion: 'v2' } },
        config: { colour: 'blue' },
        manifest: '',
      },
    },
    response: {
      digest: 'sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
      configDigest: 'sha256:fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9',
    },
  },
  {
    kind: 'chart',
    operation: 'assemble',
    shows: 'streams that were post-rendered',
    request: {
      streams: { '': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n' },
      metadata: [{ labels: { team: 'a' } }],
    },
    response: { manifest: '---\n# Source: generated-by-postrender-0.yaml\napiVersion: v1\n', hooks: [] },
  },
];
