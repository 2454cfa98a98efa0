import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import type { Bucket } from '@flux-host/crds/source/bucket.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startChartRepository, writeChart } from '../../../helpers/chart-repository.ts';
import { temporaryFolder } from '../../../helpers/git/temporary.ts';
import { startHelm } from '../../../helpers/helm.ts';
import { startRegistry } from '../../../helpers/registry.ts';
import { startS3 } from '../../../helpers/storage/s3.ts';
import { createWorld, type World } from '../../harness.ts';
import { condition, type Live } from '../../live.ts';
import { ociRepository } from '../../sources/oci-app.ts';
import { digestOf, serve, tarball } from '../../tarball.ts';
import { helmChart, helmRepository, secret } from '../objects.ts';
import { helmRelease } from '../release.ts';
import { chartFiles } from './chart.ts';
import { concurrently } from './concurrently.ts';
import {
  type Charts,
  conditionsOf,
  createCharts,
  historyOf,
  isSettled,
  patienceMs,
  type Scenario,
  snapshotsOf,
} from './scenario.ts';

let world: World;
let charts: Charts;
const dir = temporaryFolder('flux-host-scenario-sources-');
const [helm, registry, s3] = await Promise.all([startHelm(), startRegistry(), startS3()]);
const web = await startChartRepository({ helm });
const pushed = new Map<string, string>();

test.before(async () => {
  world = await createWorld({ flags: ['--feature-gates=ExternalArtifact=true'] });
  charts = await createCharts(world);
  await web.publish('app', '1.0.0', chartFiles('app', '1.0.0'));
  await push('1.0.0', 'first');
  await s3.createBucket('charts');
  for (const [path, content] of Object.entries(chartFiles())) await s3.put('charts', `app/${path}`, content);
});
test.after(async () => {
  await Promise.all([world.close(), registry.stop(), s3.stop(), web.close()]);
  await helm.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Pushes a chart as `helm push` does; another colour is another image under the same tag. */
async function push(version: string, colour: string): Promise<string> {
  const source = join(dir, `${version}-${colour}`, 'app');
  const values = `colour: ${colour}\nfail: false\nweb: false\ntest: ""\n`;
  writeChart(source, {
    name: 'app',
    version,
    files: { ...chartFiles('app', version), 'values.yaml': values, 'templates/configmap.yaml': '' },
  });
  await helm.run(['package', source, '--destination', join(dir, colour)]);
  const output = await helm.run([
    'push',
    join(dir, colour, `app-${version}.tgz`),
    `oci://${registry.address}/${colour === 'second' ? 'moved' : 'charts'}`,
    '--plain-http',
  ]);
  const [, digest = ''] = /Digest: (sha256:[0-9a-f]{64})/.exec(output) ?? [];
  pushed.set(colour, digest);
  return digest;
}

/** An OCIRepository of the chart, whole, and a HelmRelease of it. */
async function releaseOfImage(spec: Partial<HelmRelease['spec']> = {}): Promise<Scenario> {
  const namespace = await world.cluster.namespace('scenario');
  await world.apply(
    ociRepository(namespace, {
      name: 'chart',
      url: `oci://${registry.address}/charts/app`,
      insecure: true,
      ref: { tag: '1.0.0' },
      layerSelector: {
        mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
        operation: 'copy',
      },
    }),
  );
  return charts.release({ chartRef: { kind: 'OCIRepository', name: 'chart' }, ...spec }, namespace);
}

/** Looks for another image: the tag is the same. */
async function move({ namespace }: Scenario): Promise<void> {
  const ref = `OCIRepository/${namespace}/chart`;
  await world.patch(ref, { spec: { url: `oci://${registry.address}/moved/app` } });
}

const configMap = (
  namespace: string,
  name: string,
  data: Record<string, string>,
): KubeObject & { data: object } => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});
const settled = (ref: string, what = 'to be settled', holds: (object: Live) => boolean = () => true) =>
  world.until(ref, what, (object) => isSettled(object) && holds(object), patienceMs);
const colourOf = async (namespace: string) =>
  (await world.get(`ConfigMap/${namespace}/app-settings`)).data?.['colour'];

type ChartSpec = NonNullable<HelmRelease['spec']['chart']>['spec'];

/** `spec.chart` of every kind of source, and the version that comes of it. */
const templates: Readonly<
  Record<string, { source?: (namespace: string) => KubeObject[]; spec: Partial<ChartSpec>; version: RegExp }>
> = {
  'a HelmRepository on the web': {
    source: (namespace) => [helmRepository(namespace, { url: web.url })],
    spec: { version: '1.x', sourceRef: { kind: 'HelmRepository', name: 'charts' } },
    version: /^1\.0\.0$/,
  },
  'a HelmRepository in a registry': {
    source: (namespace) => [
      helmRepository(namespace, { url: `oci://${registry.address}/charts`, type: 'oci', insecure: true }),
    ],
    spec: { sourceRef: { kind: 'HelmRepository', name: 'charts' } },
    version: /^1\.0\.0$/,
  },
  'a Bucket': {
    source: (namespace) => [
      secret(namespace, 'login', { accesskey: s3.accesskey, secretkey: s3.secretkey }),
      bucket(namespace),
    ],
    spec: { sourceRef: { kind: 'Bucket', name: 'charts' } },
    version: /^1\.0\.0$/,
  },
  'a GitRepository, by its revision': {
    spec: { reconcileStrategy: 'Revision' },
    version: /^1\.0\.0\+[0-9a-f]{12}$/,
  },
};

function bucket(namespace: string): Bucket {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'Bucket',
    metadata: { name: 'charts', namespace },
    spec: {
      interval: '1h',
      bucketName: 'charts',
      endpoint: s3.endpoint,
      insecure: true,
      secretRef: { name: 'login' },
    },
  };
}

async function comesFrom({ source, spec, version }: (typeof templates)[string]): Promise<void> {
  const namespace = await world.cluster.namespace('scenario');
  await world.apply(...(source?.(namespace) ?? []));
  const template = { spec: { ...charts.chart('app').spec, ...spec } };
  const { ref } = await charts.release({ chart: template }, namespace);
  const { status } = await settled(ref);
  assert.match(String(status?.['lastAttemptedRevision']), version);
  assert.match(String(status?.['helmChart']), new RegExp(`/${namespace}-app$`));
}

/** An ExternalArtifact with a chart at its root, as another controller publishes it. */
async function publishExternal(
  { namespace, url }: { namespace: string; url: string },
  artifact: { digest: string; revision: string },
): Promise<void> {
  await world.apply({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'ExternalArtifact',
    metadata: { name: 'chart', namespace },
  });
  const fields = { ...artifact, path: 'x.tar.gz', url, lastUpdateTime: '2026-01-01T00:00:00Z' };
  await world.patch(`ExternalArtifact/${namespace}/chart`, { status: { artifact: fields } }, 'status');
}

const external = tarball(chartFiles('app', '1.0.0'));
const hex = digestOf(external).slice('sha256:'.length);
/** Revisions of ExternalArtifacts, and the version that comes of them. */
const revisions: Readonly<Record<string, [revision: string, version: string, digest: string | undefined]>> = {
  'a digest alone is told in the version': [`sha256:${hex}`, `1.0.0+${hex.slice(0, 12)}`, `sha256:${hex}`],
  'a version with a digest is, too': [`v1.0.0@sha256:${hex}`, `1.0.0+${hex.slice(0, 12)}`, `sha256:${hex}`],
  'a plain version leaves that of the chart': ['1.0.0', '1.0.0', undefined],
};

concurrently({
  ...Object.fromEntries(
    Object.entries(templates).map(([kind, template]) => [
      `the chart comes from ${kind}`,
      () => comesFrom(template),
    ]),
  ),

  'the version tells the digest of an ExternalArtifact where its revision does': async () => {
    const server = await serve(external);
    const chartRef = { kind: 'ExternalArtifact', name: 'chart' } as const;
    try {
      await Promise.all(
        Object.entries(revisions).map(async ([what, [revision, version, digest]]) => {
          const namespace = await world.cluster.namespace('scenario');
          await publishExternal({ namespace, url: server.url }, { digest: digestOf(external), revision });
          const { ref } = await charts.release({ chartRef }, namespace);
          const object = await settled(ref);
          assert.is(object.status?.['lastAttemptedRevision'], version, what);
          assert.is(object.status?.['lastAttemptedRevisionDigest'], digest, what);
          assert.is(snapshotsOf(object)[0]?.chartVersion, version, what);
          assert.is(snapshotsOf(object)[0]?.ociDigest, digest, what);
        }),
      );
      const namespace = await world.cluster.namespace('scenario');
      const revision = `2.0.0@sha256:${hex}`;
      await publishExternal({ namespace, url: server.url }, { digest: digestOf(external), revision });
      const { ref } = await charts.release({ chartRef }, namespace);
      await world.failed(
        ref,
        'ChartMutateError',
        /^artifact revision 2\.0\.0 does not match chart version 1\.0\.0/,
        patienceMs,
      );
    } finally {
      server.close();
    }
  },

  'a HelmChart that is there already is taken by chartRef, and stays when the release goes': async () => {
    const namespace = await world.cluster.namespace('scenario');
    await world.apply(helmRepository(namespace, { url: web.url }), helmChart(namespace, { name: 'shared' }));
    const { ref, of } = await charts.release({ chartRef: { kind: 'HelmChart', name: 'shared' } }, namespace);
    const object = await settled(ref);
    assert.is(object.status?.['helmChart'], undefined);
    assert.is(object.status?.['lastAttemptedRevision'], '1.0.0');
    // With a template the release has a chart of its own, which goes with the template.
    const own = of('HelmChart', `${namespace}-app`);
    const template = { spec: { chart: 'app', sourceRef: { kind: 'HelmRepository', name: 'charts' } } };
    await world.patch(ref, { spec: { chartRef: null, chart: template } });
    await settled(ref, 'to have its own chart', ({ status }) => status?.['helmChart'] !== undefined);
    assert.ok(await world.find(own));
    await world.patch(ref, { spec: { chart: null, chartRef: { kind: 'HelmChart', name: 'shared' } } });
    await world.gone(own);
    const back = await settled(ref);
    assert.equal(historyOf(back), ['1 deployed install'], 'it is the same chart all the time');
    await world.delete(ref);
    await world.gone(ref, patienceMs);
    assert.ok(await world.find(of('HelmChart', 'shared')));
  },

  'a chart that came as an image has its digest in its version, and another image under its tag is an upgrade':
    async () => {
      const scenario = await releaseOfImage();
      const { ref, namespace, env } = scenario;
      const first = await settled(ref);
      const digest = pushed.get('first') ?? '';
      const version = `1.0.0+${digest.slice(7, 19)}`;
      assert.is(first.status?.['lastAttemptedRevision'], version);
      assert.is(first.status?.['lastAttemptedRevisionDigest'], digest);
      const [snapshot] = snapshotsOf(first);
      assert.equal([snapshot?.chartVersion, snapshot?.ociDigest], [version, digest]);
      assert.is(
        condition(first, 'Ready')?.message,
        `Helm install succeeded for release ${namespace}/app.v1 with chart app@${version}`,
      );
      const [listed] = JSON.parse(await helm.run(['list', '-o', 'json'], env));
      assert.is(listed.chart, `app-${version}`);
      await world.eventually({ what: 'the event' }, async () => {
        const event = (await world.events(ref)).find((each) => each['reason'] === 'InstallSucceeded');
        const { annotations = {} } = event?.metadata ?? {};
        return (
          annotations['helm.toolkit.fluxcd.io/revision'] === version &&
          annotations['helm.toolkit.fluxcd.io/oci-digest'] === digest &&
          annotations['helm.toolkit.fluxcd.io/app-version'] === '6.3.1' &&
          annotations['helm.toolkit.fluxcd.io/token'] === snapshot?.configDigest
        );
      });
      const other = await push('1.0.0', 'second');
      await move(scenario);
      const second = await settled(ref, 'to have the other image', (each) => historyOf(each).length === 2);
      assert.equal(
        snapshotsOf(second).map(({ ociDigest, chartVersion }) => [ociDigest, chartVersion]),
        [
          [other, `1.0.0+${other.slice(7, 19)}`],
          [digest, version],
        ],
      );
      assert.is(await colourOf(namespace), 'second');
    },

  'dependencies are waited for, by their condition or by an expression': async () => {
    const namespace = await world.cluster.namespace('scenario');
    const { ref } = await charts.release({ dependsOn: [{ name: 'first' }] }, namespace);
    await world.failed(ref, 'DependencyNotReady', /'.*\/first' dependency: not found/, patienceMs);
    await world.apply(
      helmRelease(namespace, { name: 'first', chart: charts.chart('app'), values: { fail: true } }),
      helmRelease(namespace, {
        name: 'by-expression',
        chart: charts.chart('app'),
        dependsOn: [
          {
            name: 'first',
            readyExpr:
              "dep.status.conditions.exists(c, c.type == 'Stalled' && c.status == 'True') && self.metadata.name == 'by-expression'",
          },
        ],
      }),
    );
    // What failed is good enough for the expression, and for nobody else.
    await settled(`HelmRelease/${namespace}/by-expression`);
    await world.failed(ref, 'DependencyNotReady', /^dependency '.*\/first' is not ready$/, patienceMs);
    await world.patch(`HelmRelease/${namespace}/first`, { spec: { values: { fail: false } } });
    await settled(ref);
    await world.patch(ref, { spec: { dependsOn: [{ name: 'first', readyExpr: 'dep.status.' }] } });
    const wrong = await world.until(
      ref,
      'to be refused',
      (each) => condition(each, 'Stalled')?.reason === 'InvalidCELExpression',
      patienceMs,
    );
    assert.is(conditionsOf(wrong)['Ready'], 'False InvalidCELExpression');
  },

  'values come from ConfigMaps and Secrets, whole or for one place': async () => {
    const namespace = await world.cluster.namespace('scenario');
    await world.apply(
      configMap(namespace, 'whole', {
        'values.yaml': 'colour: blue\nnested: {a: 1, b: 2}\nlist: [1]\n',
        other: 'colour: green\nnested: {b: 3}\n',
      }),
      secret(namespace, 'single', { number: '7', text: '"7"', list: '{a,b}', literal: 'a,b={c}\\d' }),
    );
    const { ref } = await charts.release(
      {
        values: { nested: { c: 4 }, single: { number: 1 } },
        valuesFrom: [
          { kind: 'ConfigMap', name: 'whole' },
          { kind: 'ConfigMap', name: 'whole', valuesKey: 'other' },
          { kind: 'ConfigMap', name: 'absent', optional: true },
          { kind: 'Secret', name: 'single', valuesKey: 'absent', optional: true },
          { kind: 'Secret', name: 'absent', targetPath: 'x.y', optional: true },
          { kind: 'Secret', name: 'single', valuesKey: 'number', targetPath: 'single.number' },
          { kind: 'Secret', name: 'single', valuesKey: 'text', targetPath: 'single.text' },
          { kind: 'Secret', name: 'single', valuesKey: 'list', targetPath: 'single.list' },
          { kind: 'Secret', name: 'single', valuesKey: 'literal', targetPath: 'single.raw', literal: true },
          { kind: 'Secret', name: 'single', valuesKey: 'number', targetPath: 'list[1].deep' },
        ],
      },
      namespace,
    );
    await settled(ref);
    const env = { KUBECONFIG: world.cluster.kubeconfig, HELM_NAMESPACE: namespace };
    assert.equal(JSON.parse(await helm.run(['get', 'values', 'app', '-o', 'json'], env)), {
      colour: 'green',
      nested: { a: 1, b: 3, c: 4 },
      list: [1, { deep: 7 }],
      single: { number: 7, text: '7', list: ['a', 'b'], raw: 'a,b={c}\\d' },
    });
    assert.is(await colourOf(namespace), 'green');
  },

  'a release that nobody has looked at says so': async () => {
    const { ref } = await charts.release({ suspend: true });
    assert.equal((await world.get(ref)).status, { observedGeneration: -1 });
  },
});

test('without digest tracking the version is that of the chart, and only another version is an upgrade', async () => {
  await world.stopHosts();
  await world.startHost({ flags: ['--feature-gates=DisableChartDigestTracking=true'] });
  const scenario = await releaseOfImage();
  const { ref, namespace } = scenario;
  const first = await settled(ref);
  assert.is(first.status?.['lastAttemptedRevision'], '1.0.0');
  assert.is(first.status?.['lastAttemptedRevisionDigest'], pushed.get('first'));
  assert.is(snapshotsOf(first)[0]?.ociDigest, pushed.get('first'));
  await move(scenario);
  const second = await settled(
    ref,
    'to have seen the other image',
    ({ status }) => status?.['lastAttemptedRevisionDigest'] === pushed.get('second'),
  );
  assert.equal(historyOf(second), ['1 deployed install']);
  assert.is(await colourOf(namespace), 'first');
});

test.run();
