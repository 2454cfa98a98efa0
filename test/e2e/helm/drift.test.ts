import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createWorld, type World } from '../harness.ts';
import { condition, type Live } from '../live.ts';
import { createReleasedApp } from './release.ts';

let world: World;
test.before(async () => {
  world = await createWorld();
});
test.after(() => world.close());

const data = ({ data: found }: Live) => found;
const extra = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: "1", b: "2"}\n`;
const files = { 'chart/templates/one.yaml': extra('one'), 'chart/templates/two.yaml': extra('two') };

test('what others changed or removed is put right, but for what is left to them', async () => {
  const app = await createReleasedApp(world, {
    files,
    spec: {
      driftDetection: { mode: 'enabled', ignore: [{ paths: ['/data/b'], target: { kind: 'ConfigMap' } }] },
    },
  });
  await world.ready(app.ref);
  assert.is(condition(await world.get(app.ref), 'Drifted')?.reason, 'NoDriftDetected');
  const of = (name: string) => `ConfigMap/${app.namespace}/${name}`;
  await world.patch(of('one'), { data: { a: 'mine', b: 'mine' } });
  await world.patch(of('two'), {
    metadata: { annotations: { 'helm.toolkit.fluxcd.io/driftDetection': 'disabled' } },
    data: { a: 'mine' },
  });
  await world.delete(of('app-settings'));
  // Nobody asks for it, and the interval is an hour.
  await world.until(of('app-settings'), 'to be back', () => true);
  await world.until(of('one'), 'to be put right', (each) => data(each)?.['a'] === '1');
  assert.equal(data(await world.get(of('one'))), { a: '1', b: 'mine' });
  assert.is(data(await world.get(of('two')))?.['a'], 'mine');
  await world.until(
    app.ref,
    'to be without drift',
    (each) => condition(each, 'Drifted')?.status === 'False' && condition(each, 'Ready')?.status === 'True',
  );
  await world.eventually({ what: 'the events' }, async () => {
    const events = await world.events(app.ref);
    const message = (reason: string) => String(events.find((each) => each['reason'] === reason)?.['message']);
    return (
      /drifted from the desired state:\n(.*\n)*ConfigMap\/.*\/one changed \(0 additions, 1 changes, 0 removals\)/.test(
        message('DriftDetected'),
      ) && /has been corrected:\n(.*\n)*ConfigMap\/.*\/one configured/.test(message('DriftCorrected'))
    );
  });
  assert.equal(
    (await world.get(app.ref)).status?.history?.map((each) => Reflect.get(each, 'version')),
    [1],
  );
});

test('with warn it is told and left alone', async () => {
  const app = await createReleasedApp(world, { files, spec: { driftDetection: { mode: 'warn' } } });
  await world.ready(app.ref);
  const one = `ConfigMap/${app.namespace}/one`;
  await world.patch(one, { data: { a: 'mine' } });
  const object = await world.until(
    app.ref,
    'to tell of it',
    (each) => condition(each, 'Drifted')?.status === 'True',
  );
  assert.match(condition(object, 'Drifted')?.message ?? '', /ConfigMap\/.*\/one changed/);
  assert.is(condition(object, 'Ready')?.status, 'True');
  assert.is(data(await world.get(one))?.['a'], 'mine');
  await world.delete(one);
  await world.until(app.ref, 'to tell that it is gone', (each) =>
    /ConfigMap\/.*\/one removed/.test(condition(each, 'Drifted')?.message ?? ''),
  );
  // What is put right by hand is no drift any more.
  const labels = { 'helm.toolkit.fluxcd.io/name': 'app', 'helm.toolkit.fluxcd.io/namespace': app.namespace };
  const meta = { 'meta.helm.sh/release-name': 'app', 'meta.helm.sh/release-namespace': app.namespace };
  await world.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'one',
      namespace: app.namespace,
      labels: { ...labels, 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: meta,
    },
    data: { a: '1', b: '2' },
  } as never);
  await world.until(
    app.ref,
    'to be without drift',
    (each) => condition(each, 'Drifted')?.reason === 'NoDriftDetected',
  );
});

test('an object that cannot be put right is named, does not keep others from it, and is right once it is made anew', async () => {
  const app = await createReleasedApp(world, { files, spec: { driftDetection: { mode: 'enabled' } } });
  await world.ready(app.ref);
  const [one, two] = [`ConfigMap/${app.namespace}/one`, `ConfigMap/${app.namespace}/two`];
  await world.patch(two, { data: { a: 'mine' }, immutable: true });
  await world.failed(
    app.ref,
    'StateError',
    /Could not determine release state: ConfigMap\/.*\/two dry-run failed.*field is immutable/s,
  );
  await world.patch(one, { data: { a: 'mine' } });
  await world.until(one, 'to be put right', (each) => data(each)?.['a'] === '1');
  await world.delete(two);
  await world.until(two, 'to be back', (each) => data(each)?.['a'] === '1');
  await world.ready(app.ref);
});

test('a release whose drift nobody asks for is left alone', async () => {
  const app = await createReleasedApp(world, { files });
  await world.ready(app.ref);
  const [one, two] = ['one', 'two'].map((name) => `ConfigMap/${app.namespace}/${name}`) as [string, string];
  await world.patch(one, { data: { a: 'mine' } });
  const request = await world.request(app.ref);
  await world.until(app.ref, 'to be looked at', (each) => each.status?.lastHandledReconcileAt === request);
  assert.is(data(await world.get(one))?.['a'], 'mine');
  assert.is(condition(await world.get(app.ref), 'Drifted'), undefined);
  // Once it is asked for, what was changed before is found, and what is changed after.
  await world.patch(app.ref, { spec: { driftDetection: { mode: 'enabled' } } });
  await world.until(one, 'to be put right', (each) => data(each)?.['a'] === '1');
  await world.delete(two);
  await world.until(two, 'to be back', () => true);
});

test.run();
