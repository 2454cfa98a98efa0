import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startHelm } from '../../helpers/helm.ts';
import { deployment } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { condition, type Live } from '../live.ts';
import { createReleasedApp } from './release.ts';

let world: World;
const helm = await startHelm();
test.before(async () => {
  world = await createWorld();
});
test.after(async () => {
  await Promise.all([world.close(), helm.close()]);
});

const data = ({ data: found }: Live) => found;
const history = ({ status }: Live) =>
  (status?.history ?? []).map(
    (each) => `${Reflect.get(each, 'version')} ${Reflect.get(each, 'status')} ${Reflect.get(each, 'action')}`,
  );
const hasReason = (type: string, reason: string) => (object: Live) =>
  condition(object, type)?.reason === reason;

test('a chart is installed, upgraded by a new version and by new values, and helm knows the release', async () => {
  const app = await createReleasedApp(world, { spec: { values: { colour: 'blue' } } });
  const first = await world.ready(app.ref);
  assert.equal(data(await world.get(`ConfigMap/${app.namespace}/app-settings`)), {
    colour: 'blue',
    revision: '1',
    chart: '1.0.0',
  });
  assert.is(
    condition(first, 'Released')?.message,
    `Helm install succeeded for release ${app.namespace}/app.v1 with chart app@1.0.0`,
  );
  assert.equal(history(first), ['1 deployed install']);
  assert.is(first.status?.['helmChart'], `${app.namespace}/${app.namespace}-app`);
  assert.equal(first.status?.inventory?.entries, [
    { id: `${app.namespace}_app-settings__ConfigMap`, v: 'v1' },
  ]);

  const [listed] = JSON.parse(await helm.run(['list', '-o', 'json'], app.env));
  assert.equal(
    [listed.name, listed.revision, listed.status, listed.chart, listed.app_version],
    ['app', '1', 'deployed', 'app-1.0.0', '9.9'],
  );
  assert.equal(JSON.parse(await helm.run(['get', 'values', 'app', '-o', 'json'], app.env)), {
    colour: 'blue',
  });

  await app.publish('1.1.0');
  await world.until(
    app.ref,
    'to have the new chart',
    ({ status }) =>
      status?.['lastAttemptedRevision'] === '1.1.0' &&
      condition({ status } as Live, 'Ready')?.status === 'True',
  );
  assert.equal(data(await world.get(`ConfigMap/${app.namespace}/app-settings`)), {
    colour: 'blue',
    revision: '2',
    chart: '1.1.0',
  });
  await world.patch(app.ref, { spec: { values: { colour: 'green' } } });
  const third = await world.until(
    app.ref,
    'to have the new values',
    (object) => history(object).join() === '3 deployed upgrade,2 superseded upgrade',
  );
  assert.is(condition(third, 'Ready')?.reason, 'UpgradeSucceeded');
  const past = JSON.parse(await helm.run(['history', 'app', '-o', 'json'], app.env));
  assert.equal(
    past.map(({ revision, status }: { revision: number; status: string }) => `${revision} ${status}`),
    ['1 superseded', '2 superseded', '3 deployed'],
  );
  assert.match(await helm.run(['status', 'app'], app.env), /STATUS: deployed/);
  const reasons = (await world.events(app.ref)).map((event) => event['reason']);
  for (const reason of ['InstallSucceeded', 'UpgradeSucceeded', 'HelmChartCreated'])
    assert.ok(reasons.includes(reason), `${reason} in ${reasons}`);

  await world.delete(app.ref);
  await world.gone(app.ref);
  assert.is(await world.find(`ConfigMap/${app.namespace}/app-settings`), undefined);
  assert.equal(JSON.parse(await helm.run(['list', '-o', 'json'], app.env)), []);
  assert.is(await world.find(`HelmChart/${app.namespace}/${app.namespace}-app`), undefined);
});

test('an upgrade whose objects do not get ready is rolled back, and stalls once its retries are used up', async () => {
  const app = await createReleasedApp(world, {
    files: { 'chart/templates/web.yaml': deployment('web') },
    spec: { upgrade: { timeout: '3s', remediation: { retries: 1 } } },
  });
  await world.ready(app.ref);
  await app.publish('2.0.0', { 'chart/templates/web.yaml': deployment('web', { neverReady: true }) });
  const object = await world.until(app.ref, 'to give up', hasReason('Stalled', 'RetriesExceeded'), 60_000);
  assert.is(condition(object, 'Remediated')?.reason, 'RollbackSucceeded');
  assert.is(condition(object, 'Ready')?.status, 'False');
  assert.is(object.status?.['upgradeFailures'], 2);
  assert.match(await helm.run(['history', 'app'], app.env), /Rollback to 1/);
  assert.is(data(await world.get(`ConfigMap/${app.namespace}/app-settings`))?.['chart'], '1.0.0');
  // Mended in the repository, it goes on.
  await app.publish('2.0.1', { 'chart/templates/web.yaml': deployment('web') });
  await world.until(
    app.ref,
    'to be mended',
    (each) =>
      condition(each, 'Ready')?.status === 'True' && each.status?.['lastAttemptedRevision'] === '2.0.1',
  );
  assert.is(condition(await world.get(app.ref), 'Stalled'), undefined);
});

test('values of ConfigMaps and Secrets come in their order, and single values at their place', async () => {
  const app = await createReleasedApp(world, {
    files: {
      'chart/templates/settings.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v}\ndata: {v: {{ toJson .Values | quote }}}\n',
    },
    spec: {
      values: { colour: 'blue', nested: { a: 1 } },
      valuesFrom: [
        { kind: 'ConfigMap', name: 'one' },
        { kind: 'Secret', name: 'two', valuesKey: 'token', targetPath: 'nested.token' },
        { kind: 'ConfigMap', name: 'none', optional: true },
      ],
    },
  });
  await world.failed(
    app.ref,
    'ValuesError',
    /could not resolve ConfigMap chart values reference '.*\/one' with key 'values.yaml'/,
  );
  await world.apply(
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'one', namespace: app.namespace },
      data: { 'values.yaml': 'colour: green\nsize: 3\n' },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'two', namespace: app.namespace },
      stringData: { token: 's3cret,x' },
    },
  );
  await world.request(app.ref);
  await world.failed(app.ref, 'ValuesError', /failed to merge value/);
  await world.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'two', namespace: app.namespace },
    stringData: { token: 's3cret' },
  });
  await world.request(app.ref);
  await world.ready(app.ref);
  assert.equal(JSON.parse(String(data(await world.get(`ConfigMap/${app.namespace}/v`))?.['v'])), {
    colour: 'blue',
    nested: { a: 1, token: 's3cret' },
    size: 3,
  });
});

test('a template that fails is told with its file and line, and nothing is recorded', async () => {
  const app = await createReleasedApp(world, {
    files: {
      'chart/templates/bad.yaml': 'kind: ConfigMap\nx: {{ required "set .Values.host" .Values.host }}\n',
    },
  });
  const ready = await world.failed(
    app.ref,
    'InstallFailed',
    /app\/templates\/bad\.yaml:2:6.*set \.Values\.host/s,
  );
  assert.match(ready.message, /^Helm install failed for release .*\/app with chart app@1\.0\.0: /);
  assert.equal(JSON.parse(await helm.run(['list', '-o', 'json'], app.env)), []);
});

test('a host that is killed while it installs leaves a release that the next one heals', async () => {
  const app = await createReleasedApp(world, {
    files: { 'chart/templates/web.yaml': deployment('web', { neverReady: true }) },
    spec: { timeout: '10m' },
  });
  const waiting = await world.until(app.ref, 'to wait for its objects', (object) =>
    /waiting for Deployment/.test(condition(object, 'Reconciling')?.message ?? ''),
  );
  assert.match(
    condition(waiting, 'Reconciling')?.message ?? '',
    /^Running 'install' action with timeout of 10m0s: waiting for Deployment\/.*\/web/,
  );
  const { dir } = world.host;
  await world.host.kill();
  await app.publish('1.0.1', { 'chart/templates/web.yaml': deployment('web') });
  await world.startHost({ dir });
  await world.until(
    app.ref,
    'to be healed',
    (each) =>
      condition(each, 'Ready')?.status === 'True' && each.status?.['lastAttemptedRevision'] === '1.0.1',
    60_000,
  );
  const past = await helm.run(['history', 'app'], app.env);
  assert.match(past, /Release unlocked from stale 'pending-install' state/);
  assert.match(past, /deployed/);
});

test.run();
