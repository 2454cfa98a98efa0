import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HelmRelease } from '@flux-host/crds/index.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startReconciler } from '../../../testing/reconciler.ts';
import { revisionStatus } from '../../../testing/statuses.ts';
import { joinSharedCluster } from '../../../testing/world.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;
const end = new AbortController();
const dir = mkdtempSync(join(tmpdir(), 'flux-hr-'));

test.after(async () => {
  end.abort();
  rmSync(dir, { recursive: true });
  await world.close();
});

const run = (line: string) => world.flux(`create hr ${line}`, { cwd: dir });

function file(name: string, content: string): void {
  writeFileSync(join(dir, name), content);
}

test('a HelmRelease is created with what the flags and files of values say, and waited for', async () => {
  const namespace = await cluster.namespace();
  await startReconciler({
    client,
    namespace,
    signal: end.signal,
    ending: ({ kind }) => ({
      ready: 'True',
      reason: 'InstallSucceeded',
      message: 'done',
      status: revisionStatus(kind, '6.3.5'),
    }),
  });
  file('a.yaml', 'ui:\n  color: red\n  title: x\nlist: [1, 2]\nport: 8080\n');
  file('b.yaml', 'ui: {color: blue}\nlist: [3]\non: yes\n');
  const { code, err } = await run(
    `app --source=helmrepository/charts.infra --chart=podinfo --chart-version=6.x --chart-interval=10m --values a.yaml,b.yaml --values-from Secret/a.b,configmap/c --depends-on db,infra/cache --target-namespace=apps --create-target-namespace --crds=CreateReplace --service-account=deployer --release-name=pod --interval=5m -n ${namespace}`,
  );
  assert.is(
    err,
    `✚ generating HelmRelease
► applying HelmRelease
✔ HelmRelease created
◎ waiting for HelmRelease reconciliation
✔ HelmRelease app is ready
✔ applied revision 6.3.5
`,
  );
  assert.is(code, 0);
  const { spec } = await client.get<HelmRelease>(HelmRelease, { namespace, name: 'app' });
  assert.equal(spec, {
    interval: '5m0s',
    chart: {
      spec: {
        chart: 'podinfo',
        version: '6.x',
        interval: '10m0s',
        reconcileStrategy: 'ChartVersion',
        sourceRef: { kind: 'HelmRepository', name: 'charts', namespace: 'infra' },
      },
    },
    dependsOn: [{ name: 'db' }, { name: 'cache', namespace: 'infra' }],
    install: { createNamespace: true, crds: 'Create' },
    upgrade: { crds: 'CreateReplace' },
    releaseName: 'pod',
    serviceAccountName: 'deployer',
    storageNamespace: 'apps',
    targetNamespace: 'apps',
    values: { ui: { color: 'blue', title: 'x' }, list: [3], port: 8080, true: true },
    valuesFrom: [
      { kind: 'Secret', name: 'a.b' },
      { kind: 'ConfigMap', name: 'c' },
    ],
  });
});

test('an exported HelmRelease keeps what its values say', async () => {
  file('v.yaml', 'replicas: 0\nname: ""\noff: false\n');
  const { out } = await run('app --chart-ref=HelmChart/app.charts --values=v.yaml -n apps --export');
  assert.is(
    out,
    `---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: app
  namespace: apps
spec:
  chartRef:
    kind: HelmChart
    name: app
    namespace: charts
  interval: 1m0s
  values:
    "false": false
    name: ""
    replicas: 0
`,
  );
});

for (const [line, message] of [
  ['app', 'chart or chart-ref is required'],
  ['app --chart=x --chart-ref=HelmChart/x', 'cannot use --chart in combination with --chart-ref'],
  ['app --chart=x', 'source is required'],
  ['app --chart=x --source=charts', "invalid helm chart source 'charts'"],
  ['app --chart=x --source=Chart/charts', "source kind 'Chart' is not supported"],
  ['app --chart-ref=Chart/x', "chart reference kind 'Chart' is not supported"],
  ['app --chart-ref=HelmChart/x --crds=Always', "unsupported upgrade CRDs policy 'Always'"],
  ['app --chart-ref=HelmChart/x --reconcile-strategy=x', "'x' is an invalid reconcile strategy"],
  ['app --chart-ref=HelmChart/x --values=no.yaml', 'reading values from no.yaml failed: open no.yaml'],
  ['app --chart-ref=HelmChart/x --values=bad.yaml', 'converting values to JSON from bad.yaml failed'],
  ['app --chart-ref=HelmChart/x --values=list.yaml', 'unmarshaling values from list.yaml failed'],
  ['app --chart-ref=HelmChart/x --values-from=x', "invalid Kubernetes object reference 'x'"],
  ['app --chart-ref=HelmChart/x --values-from=Pod/x', "reference kind 'Pod' is not supported"],
] as const) {
  test(`"create hr ${line}" is refused: ${message}`, async () => {
    file('bad.yaml', 'a: [');
    file('list.yaml', '- a');
    const { code, err } = await run(`${line} --export`);
    assert.is(code, 1);
    assert.ok(err.startsWith('✗ ') && err.includes(message), err);
  });
}

test.run();
