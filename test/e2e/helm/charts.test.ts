import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ChartRepository, startChartRepository } from '../../helpers/chart-repository.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { digestOf, pathsIn } from '../tarball.ts';
import { contentOf, fileIn } from './archive.ts';
import { helmChart, helmRepository } from './objects.ts';

let world: World;
let charts: ChartRepository;
const published = new Map<string, Buffer>();

test.before(async () => {
  [world, charts] = await Promise.all([createWorld(), startChartRepository()]);
  const files = {
    'values-blue.yaml': 'colour: blue\nsize:\n  height: 3\n',
    'values-big.yaml': 'size:\n  width: 10\n',
  };
  for (const version of ['1.0.0', '1.1.0', '2.0.0', '3.0.0-rc.1']) {
    published.set(version, await charts.publish('app', version, files));
  }
});
test.after(async () => {
  await Promise.all([world.close(), charts.close()]);
});

/** A namespace with a repository that is ready. */
async function place(): Promise<{ namespace: string; ref: string }> {
  const namespace = await world.cluster.namespace('charts');
  await world.apply(helmRepository(namespace, { url: charts.url }));
  return { namespace, ref: `HelmChart/${namespace}/app` };
}

test('a chart is served as it was published, under the names that Flux gives it', async () => {
  const { namespace, ref } = await place();
  await world.apply(helmChart(namespace, { version: '1.0.0' }));
  const object = await world.ready(ref, '1.0.0');
  const { status } = object;
  assert.is(status?.artifact?.path, `helmchart/${namespace}/app/app-1.0.0.tgz`);
  assert.is(status?.artifact?.digest, digestOf(published.get('1.0.0') ?? Buffer.of()));
  assert.equal(await contentOf(object), published.get('1.0.0'));
  const latest = Buffer.from(await (await fetch(String(status?.['url']))).arrayBuffer());
  assert.equal(latest, published.get('1.0.0'));
  assert.is(status?.['observedChartName'], 'app');
  const index = (await world.get(`HelmRepository/${namespace}/charts`)).status?.artifact?.revision;
  assert.is(status?.['observedSourceArtifactRevision'], index);
  const ready = condition(object, 'Ready');
  assert.is(ready?.reason, 'ChartPullSucceeded');
  assert.is(ready?.message, "pulled 'app' chart with version '1.0.0'");
  await world.eventually({ what: 'the event' }, async () =>
    (await world.events(ref)).some(
      ({ reason }) => Reflect.get({ reason }, 'reason') === 'ChartPullSucceeded',
    ),
  );
});

test('ranges choose the newest release; prereleases only where they are asked for', async () => {
  const { namespace, ref } = await place();
  const cases: [string, string][] = [
    ['*', '2.0.0'],
    ['1.x', '1.1.0'],
    ['>=1.0.0 <1.1.0', '1.0.0'],
    ['>=3.0.0-0', '3.0.0-rc.1'],
    ['3.0.0-rc.1', '3.0.0-rc.1'],
  ];
  for (const [version, expected] of cases) {
    await world.apply(helmChart(namespace, { version }));
    await world.ready(ref, expected);
  }
});

test('values files are merged into the chart, and the version says so', async () => {
  const { namespace, ref } = await place();
  await world.apply(
    helmChart(namespace, {
      version: '1.0.0',
      valuesFiles: ['values.yaml', 'values-blue.yaml', 'values-big.yaml'],
    }),
  );
  const object = await world.ready(ref, '1.0.0+1');
  const archive = await contentOf(object);
  assert.is(fileIn(archive, 'app/values.yaml'), 'colour: blue\nsize:\n  height: 3\n  width: 10\n');
  assert.match(fileIn(archive, 'app/Chart.yaml'), /version: 1\.0\.0\+1/);
  assert.is(
    condition(object, 'Ready')?.message,
    "packaged 'app' chart with version '1.0.0+1' and merged values files [values.yaml values-blue.yaml values-big.yaml]",
  );
  assert.is(condition(object, 'Ready')?.reason, 'ChartPackageSucceeded');
  assert.is(object.status?.['observedValuesFiles'], undefined);
  // What is missing is passed over only when the spec says so.
  await world.patch(ref, { spec: { valuesFiles: ['values-blue.yaml', 'values-none.yaml'] } });
  await world.failed(ref, 'ValuesFilesError', /no values file found at path 'values-none\.yaml'/);
  assert.is(condition(await world.get(ref), 'Stalled')?.status, 'True');
  assert.is((await fetch(object.status?.artifact?.url ?? '')).status, 200, 'the last good one is served');
  await world.patch(ref, { spec: { ignoreMissingValuesFiles: true } });
  const { status } = await world.ready(ref, '1.0.0+3');
  assert.equal(status?.['observedValuesFiles'], ['values-blue.yaml']);
});

test('a new version in the index comes to its charts without their interval', async () => {
  const { namespace, ref } = await place();
  await world.apply(helmChart(namespace, { version: '~2.0' }));
  const first = await world.ready(ref, '2.0.0');
  await charts.publish('app', '2.0.1');
  await world.request(`HelmRepository/${namespace}/charts`);
  const second = await world.ready(ref, '2.0.1');
  assert.is.not(second.status?.artifact?.digest, first.status?.artifact?.digest);
  assert.ok(pathsIn(await contentOf(second)).includes('app/templates/configmap.yaml'));
});

test('a range without a version says which versions there are, and the new index brings it', async () => {
  const { namespace, ref } = await place();
  await world.apply(helmChart(namespace, { version: '9.x' }));
  const ready = await world.failed(
    ref,
    'InvalidChartReference',
    /no 'app' chart with version matching '9\.x' found/,
  );
  assert.match(ready.message, /newest versions are 3\.0\.0-rc\.1, 2\.0\.\d, /);
  assert.is(condition(await world.get(ref), 'Stalled')?.status, 'True');
  await charts.publish('app', '9.0.0');
  await world.request(`HelmRepository/${namespace}/charts`);
  await world.ready(ref, '9.0.0');
  await world.apply(helmChart(namespace, { chart: 'ap' }));
  const missing = await world.failed(ref, 'InvalidChartReference', /no chart name found/);
  assert.match(missing.message, /it has app/);
  await world.apply(helmChart(namespace, { chart: 'No Chart' }));
  await world.failed(ref, 'InvalidChartReference', /invalid chart name 'No Chart'/);
});

test('a chart waits for its repository, and is there as soon as that is', async () => {
  const namespace = await world.cluster.namespace('charts');
  const ref = `HelmChart/${namespace}/app`;
  await world.apply(helmChart(namespace, { version: '1.0.0' }));
  await world.failed(ref, 'SourceUnavailable', /HelmRepository 'charts' not found/);
  await world.apply(helmRepository(namespace, { url: `${charts.url}/none` }));
  await world.failed(ref, 'NoSourceArtifact', /no artifact available for HelmRepository source 'charts'/);
  await world.apply(helmRepository(namespace, { url: `${charts.url}/` }));
  await world.ready(ref, '1.0.0');
});

test.run();
