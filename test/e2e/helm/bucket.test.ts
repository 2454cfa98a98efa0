import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ChartRepository, startChartRepository } from '../../helpers/chart-repository.ts';
import { type S3, startS3 } from '../../helpers/storage/s3.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { pathsIn } from '../tarball.ts';
import { contentOf, fileIn } from './archive.ts';
import { helmChart, secret } from './objects.ts';

let world: World;
let s3: S3;
let charts: ChartRepository;

test.before(async () => {
  [world, s3, charts] = await Promise.all([createWorld(), startS3(), startChartRepository()]);
  await charts.publish('db', '1.2.0');
});
test.after(async () => {
  await Promise.all([world.close(), s3.stop(), charts.close()]);
});

const sourceRef = { kind: 'Bucket', name: 'source' };
const template = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
const chart = {
  'charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 0.1.0\n',
  'charts/app/values.yaml': 'colour: red\nsize: 1\n',
  'charts/app/values-blue.yaml': 'colour: blue\n',
  'charts/app/templates/a.yaml': template,
};
let count = 0;

/** A namespace with a Bucket that has these objects. */
async function place(files: Readonly<Record<string, string | Uint8Array>>) {
  count += 1;
  const bucket = `charts-${count}`;
  await s3.createBucket(bucket);
  const put = async (objects: Readonly<Record<string, string | Uint8Array>>) => {
    for (const [key, content] of Object.entries(objects)) await s3.put(bucket, key, content);
  };
  await put(files);
  const namespace = await world.cluster.namespace('charts');
  const source = `Bucket/${namespace}/source`;
  await world.apply(secret(namespace, 'keys', { accesskey: s3.accesskey, secretkey: s3.secretkey }), {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'Bucket',
    metadata: { name: 'source', namespace },
    spec: {
      bucketName: bucket,
      endpoint: s3.endpoint,
      insecure: true,
      interval: '1h',
      secretRef: { name: 'keys' },
    },
  });
  const revision = async () => String((await world.ready(source)).status?.artifact?.revision);
  await revision();
  return { namespace, ref: `HelmChart/${namespace}/app`, source, put, revision };
}

test('a chart in a bucket is packaged, with its values files and the revision of the bucket in its version', async () => {
  const { namespace, ref, source, put, revision } = await place(chart);
  await world.apply(helmChart(namespace, { chart: './charts/app', sourceRef }));
  const plain = await world.ready(ref, '0.1.0');
  assert.is(condition(plain, 'Ready')?.message, "packaged 'app' chart with version '0.1.0'");
  assert.is(plain.status?.['observedSourceArtifactRevision'], await revision());
  assert.equal(
    pathsIn(await contentOf(plain)),
    Object.keys(chart)
      .map((path) => path.replace('charts/', ''))
      .sort(),
  );
  const valuesFiles = ['charts/app/values.yaml', 'charts/app/values-blue.yaml'];
  await world.patch(ref, { spec: { valuesFiles } });
  const merged = await world.ready(ref, '0.1.0+2');
  assert.is(fileIn(await contentOf(merged), 'app/values.yaml'), 'colour: blue\nsize: 1\n');
  await world.patch(ref, { spec: { reconcileStrategy: 'Revision' } });
  const before = (await revision()).replace('sha256:', '').slice(0, 12);
  await world.ready(ref, `0.1.0+${before}.3`);
  await put({ 'charts/app/templates/b.yaml': template });
  await world.request(source);
  await world.until(source, 'to have seen the object', ({ status }) => {
    return !status?.artifact?.revision.startsWith(`sha256:${before}`);
  });
  const after = (await revision()).replace('sha256:', '').slice(0, 12);
  const revised = await world.ready(ref, `0.1.0+${after}.3`);
  assert.ok(pathsIn(await contentOf(revised)).includes('app/templates/b.yaml'));
});

test('dependencies of a chart in a bucket come from its folders and from repositories', async () => {
  const dependencies = [
    'dependencies:',
    '- {name: common, version: 0.x, repository: "file://../common"}',
    `- {name: db, version: 1.x, repository: "${charts.url}"}`,
  ].join('\n');
  const { namespace, ref, source, put } = await place({
    ...chart,
    'charts/app/Chart.yaml': `${chart['charts/app/Chart.yaml']}${dependencies}\n`,
  });
  await world.apply(helmChart(namespace, { chart: 'charts/app', sourceRef }));
  await world.failed(ref, 'DependencyBuildError', /no chart found at '\/charts\/common'/);
  await put({ 'charts/common/Chart.yaml': 'apiVersion: v2\nname: common\nversion: 0.3.0\ntype: library\n' });
  await world.request(source);
  const archive = await contentOf(await world.ready(ref, '0.1.0'));
  assert.match(fileIn(archive, 'app/charts/common/Chart.yaml'), 'version: 0.3.0');
  assert.match(fileIn(archive, 'app/charts/db/Chart.yaml'), 'version: 1.2.0');
});

test('a packaged chart in a bucket is taken as it is', async () => {
  const archive = await charts.publish('packed', '5.0.0');
  const { namespace, ref } = await place({ 'packed-5.0.0.tgz': archive });
  await world.apply(helmChart(namespace, { chart: 'packed-5.0.0.tgz', sourceRef }));
  const object = await world.ready(ref, '5.0.0');
  assert.equal(await contentOf(object), archive);
  assert.is(condition(object, 'Ready')?.reason, 'ChartPullSucceeded');
});

test('without its chart, or without the bucket, the chart says so and the last one is served', async () => {
  const { namespace, ref, source, put } = await place(chart);
  await world.apply(helmChart(namespace, { chart: 'charts/app', sourceRef }));
  const { status } = await world.ready(ref, '0.1.0');
  await put({ 'charts/app/Chart.yaml': 'apiVersion: v2\nversion: 0.2.0\n' });
  await world.request(source);
  await world.failed(ref, 'InvalidChartReference', /chart\.metadata\.name is required/);
  await world.patch(ref, { spec: { chart: 'elsewhere' } });
  await world.failed(ref, 'InvalidChartReference', /no such file or directory/);
  await world.patch(ref, { spec: { sourceRef: { kind: 'Bucket', name: 'missing' } } });
  await world.failed(ref, 'SourceUnavailable', /missing/);
  assert.is((await fetch(status?.artifact?.url ?? '')).status, 200);
});

test.run();
