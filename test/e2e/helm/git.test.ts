import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ChartRepository, startChartRepository } from '../../helpers/chart-repository.ts';
import { gitRepository } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { pathsIn } from '../tarball.ts';
import { contentOf, fileIn } from './archive.ts';
import { helmChart, helmRepository, secret } from './objects.ts';

let world: World;
let open: ChartRepository;
let closed: ChartRepository;

test.before(async () => {
  [world, open] = await Promise.all([createWorld(), startChartRepository()]);
  closed = await startChartRepository({ helm: open.helm, auth: { username: 'u', password: 'secret-word' } });
  await open.publish('db', '1.0.0');
  await open.publish('db', '1.2.0');
  await closed.publish('cache', '3.0.0');
});
test.after(async () => {
  await Promise.all([world.close(), open.close(), closed.close()]);
});

const sourceRef = { kind: 'GitRepository', name: 'source' };
const template = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
let count = 0;

/** A namespace with a GitRepository that has these files. */
async function place(files: Readonly<Record<string, string>>) {
  count += 1;
  const namespace = await world.cluster.namespace('charts');
  const repository = await world.git.createRepository(`chart-${count}`, files);
  await world.apply(gitRepository(namespace, { name: 'source', url: repository.url }));
  await world.ready(`GitRepository/${namespace}/source`);
  return { namespace, repository, ref: `HelmChart/${namespace}/app` };
}

const chart = (dependencies = '') => ({
  'charts/app/Chart.yaml': `apiVersion: v2\nname: app\nversion: 0.1.0\n${dependencies}`,
  'charts/app/values.yaml': 'colour: red\n',
  'charts/app/templates/a.yaml': template,
  'charts/app/README.bak': 'not packaged',
  'charts/app/.helmignore': '*.bak\n',
  'values/blue.yaml': 'colour: blue\n',
});

test('a chart in a folder is packaged as helm does', async () => {
  const { namespace, ref, repository } = await place(chart());
  await world.apply(helmChart(namespace, { chart: './charts/app', sourceRef }));
  const object = await world.ready(ref, '0.1.0');
  const archive = await contentOf(object);
  assert.equal(pathsIn(archive), [
    'app/.helmignore',
    'app/Chart.yaml',
    'app/templates/a.yaml',
    'app/values.yaml',
  ]);
  assert.is(condition(object, 'Ready')?.reason, 'ChartPackageSucceeded');
  assert.is(condition(object, 'Ready')?.message, "packaged 'app' chart with version '0.1.0'");
  // Another commit that leaves the version alone makes no other chart.
  await repository.commit({ files: { 'charts/app/templates/b.yaml': template } });
  await world.request(`GitRepository/${namespace}/source`);
  const revision = `main@sha1:${await repository.resolve('main')}`;
  const same = await world.until(
    ref,
    'to have seen the commit',
    ({ status }) => status?.['observedSourceArtifactRevision'] === revision,
  );
  assert.is(same.status?.artifact?.digest, object.status?.artifact?.digest);
  // Unless every revision counts.
  await world.patch(ref, { spec: { reconcileStrategy: 'Revision' } });
  const short = (await repository.resolve('main')).slice(0, 12);
  const revised = await world.ready(ref, `0.1.0+${short}`);
  assert.ok(pathsIn(await contentOf(revised)).includes('app/templates/b.yaml'));
  assert.match(fileIn(await contentOf(revised), 'app/Chart.yaml'), `version: 0.1.0+${short}`);
  await world.patch(ref, { spec: { valuesFiles: ['charts/app/values.yaml', 'values/blue.yaml'] } });
  const merged = await world.ready(ref, `0.1.0+${short}.3`);
  assert.is(fileIn(await contentOf(merged), 'app/values.yaml'), 'colour: blue\n');
});

test('dependencies come from folders, repositories and those that need a login', async () => {
  const { namespace, ref } = await place({
    ...chart(
      [
        'dependencies:',
        '- {name: common, version: 0.x, repository: "file://../common"}',
        `- {name: db, version: ~1.0, repository: "${open.url}"}`,
        `- {name: db, version: 1.x, repository: "${open.url}", alias: other}`,
        `- {name: cache, version: ">=1", repository: "${closed.url}/"}`,
        '',
      ].join('\n'),
    ),
    'charts/common/Chart.yaml': 'apiVersion: v2\nname: common\nversion: 0.3.0\ntype: library\n',
    'charts/common/templates/_helpers.tpl': '{{- define "x" }}x{{ end }}\n',
  });
  await world.apply(helmChart(namespace, { chart: 'charts/app', sourceRef }));
  await world.failed(
    ref,
    'DependencyBuildError',
    /failed to add remote dependency 'cache': failed to fetch .* 401/,
  );
  await world.apply(
    secret(namespace, 'login', { username: 'u', password: 'secret-word' }),
    helmRepository(namespace, { name: 'closed', url: closed.url, secretRef: { name: 'login' } }),
  );
  await world.ready(`HelmRepository/${namespace}/closed`);
  await world.request(ref);
  const object = await world.ready(ref, '0.1.0');
  const archive = await contentOf(object);
  for (const [name, version] of [
    ['common', '0.3.0'],
    ['db', '1.0.0'],
    ['other', '1.2.0'],
    ['cache', '3.0.0'],
  ]) {
    assert.match(fileIn(archive, `app/charts/${name}/Chart.yaml`), `version: ${version}`);
  }
  assert.not.match(JSON.stringify(object), 'secret-word');
  await world.eventually({ what: 'the event' }, async () =>
    (await world.events(ref)).some(({ message }) => message === 'resolved 4 chart dependencies'),
  );
});

test('what is wrong with a chart in a folder is said, and the next commit mends it', async () => {
  const { namespace, ref, repository } = await place({ 'README.md': 'no chart' });
  await world.apply(helmChart(namespace, { chart: 'charts/app', sourceRef }));
  await world.failed(ref, 'InvalidChartReference', /no such file or directory/);
  const push = async (files: Readonly<Record<string, string>>) => {
    await repository.commit({ files });
    await world.request(`GitRepository/${namespace}/source`);
  };
  await push({ 'charts/app/values.yaml': 'a: b\n' });
  await world.failed(ref, 'InvalidChartReference', /no 'Chart\.yaml' found/);
  await push({ 'charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: newest\n' });
  await world.failed(ref, 'InvalidChartReference', /chart\.metadata\.version "newest" is invalid/);
  await push({
    'charts/app/Chart.yaml':
      'apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies: [{name: db, version: 1.x, repository: "@mine"}]\n',
  });
  await world.failed(ref, 'DependencyBuildError', /aliased repository dependency is not supported: @mine/);
  await push({
    'charts/app/Chart.yaml':
      'apiVersion: v2\nname: app\nversion: 0.1.1\ndependencies: [{name: common, version: 1.x, repository: "file://../common"}]\n',
  });
  await world.failed(ref, 'DependencyBuildError', /no chart found at '\/charts\/common'/);
  await push({ 'charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 0.1.2\n' });
  await world.ready(ref, '0.1.2');
  await world.patch(ref, { spec: { chart: '../../../etc' } });
  await world.failed(ref, 'InvalidChartReference', /no such file or directory/);
});

test('a chart that is an archive already is taken as it is', async () => {
  const archive = await open.publish('packed', '5.0.0');
  const { namespace, ref, repository } = await place({ 'README.md': 'x' });
  await repository.commit({ files: { 'packed-5.0.0.tgz': archive } });
  await world.request(`GitRepository/${namespace}/source`);
  await world.patch(`GitRepository/${namespace}/source`, { spec: { ignore: '/README.md\n' } });
  await world.apply(helmChart(namespace, { chart: 'packed-5.0.0.tgz', sourceRef }));
  const object = await world.ready(ref, '5.0.0');
  assert.equal(await contentOf(object), archive);
  assert.is(condition(object, 'Ready')?.reason, 'ChartPullSucceeded');
});

test.run();
