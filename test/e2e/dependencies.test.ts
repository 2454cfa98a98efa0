import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp, deployment, kustomization } from './app.ts';
import { createWorld, type World } from './harness.ts';
import { condition } from './live.ts';

let world: World;
test.before(async () => {
  // Without events a chain would take 10 minutes for each link.
  world = await createWorld({ flags: ['--requeue-dependency=10m'] });
});
test.after(() => world.close());

const folders = Object.fromEntries([0, 1, 2, 3, 4].map((n) => [`f${n}/c.yaml`, configMap(`c${n}`)]));

test('a chain of dependencies becomes ready link by link, woken by events', async () => {
  const app = await createApp(world, { files: folders, sourceOnly: true });
  for (const n of [4, 3, 2, 1, 0]) {
    const dependsOn = n > 0 ? { dependsOn: [{ name: `k${n - 1}` }] } : {};
    await world.apply(kustomization(app.namespace, { name: `k${n}`, path: `./f${n}`, ...dependsOn }));
  }
  for (const n of [0, 1, 2, 3, 4]) await world.ready(app.ref('Kustomization', `k${n}`), await app.revision());
  const revision = await app.push({ files: { 'f0/c.yaml': configMap('c0', { key: 'new' }) } });
  for (const n of [4, 3, 2, 1, 0]) await world.ready(app.ref('Kustomization', `k${n}`), revision);
});

test('a dependant waits until its dependency is healthy, and says for whom', async () => {
  const app = await createApp(world, {
    files: { 'infra/web.yaml': deployment('web', { neverReady: true }), 'app/one.yaml': configMap('one') },
    spec: { path: './app', dependsOn: [{ name: 'infra' }] },
  });
  await world.failed(app.kustomization, 'DependencyNotReady', /dependency '.*\/infra' not found/);
  await world.apply(
    kustomization(app.namespace, { name: 'infra', path: './infra', wait: true, timeout: '10m' }),
  );
  await world.failed(
    app.kustomization,
    'DependencyNotReady',
    /dependency '.*\/infra' (is not ready|not found)/,
  );
  assert.is(await world.find(app.ref('ConfigMap', 'one')), undefined);
  await world.ready(app.kustomization, await app.push({ files: { 'infra/web.yaml': deployment('web') } }));
  assert.ok(await world.find(app.ref('ConfigMap', 'one')));
});

test('dependencies in other namespaces count as well', async () => {
  const first = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  const second = await createApp(world, {
    files: { 'two.yaml': configMap('two') },
    spec: { dependsOn: [{ name: 'app', namespace: first.namespace }] },
  });
  await world.failed(
    second.kustomization,
    'DependencyNotReady',
    new RegExp(`dependency '${first.namespace}/app' not found`),
  );
  await world.apply(kustomization(first.namespace));
  await world.ready(second.kustomization, await second.revision());
});

test('a circle of dependencies is shown as such, and mending it makes all ready', async () => {
  const app = await createApp(world, { files: folders, sourceOnly: true });
  const links = [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'a'],
  ] as const;
  for (const [name, dependency] of links) {
    await world.apply(
      kustomization(app.namespace, { name, path: './f0', dependsOn: [{ name: dependency }] }),
    );
  }
  const { namespace: ns } = app;
  await world.request(app.ref('Kustomization', 'a'));
  await world.failed(
    app.ref('Kustomization', 'a'),
    'DependencyNotReady',
    new RegExp(`dependency circle: ${ns}/a → ${ns}/b → ${ns}/c → ${ns}/a .*remove one dependsOn`),
  );
  await world.patch(app.ref('Kustomization', 'c'), { spec: { dependsOn: null } });
  for (const name of ['c', 'b', 'a']) await world.ready(app.ref('Kustomization', name));
});

test('a Kustomization that depends on itself says so', async () => {
  const app = await createApp(world, { files: folders, spec: { dependsOn: [{ name: 'app' }] } });
  const { namespace: ns } = app;
  const failure = await world.failed(
    app.kustomization,
    'DependencyNotReady',
    new RegExp(`circle: ${ns}/app → ${ns}/app`),
  );
  assert.match(failure.message, /remove one dependsOn/);
});

test('a dependency that fails later does not undo its dependants', async () => {
  const app = await createApp(world, {
    files: folders,
    spec: { path: './f1', dependsOn: [{ name: 'first' }] },
  });
  await world.apply(kustomization(app.namespace, { name: 'first', path: './f0' }));
  await world.ready(app.kustomization);
  await world.patch(app.ref('Kustomization', 'first'), { spec: { path: './none' } });
  await world.failed(app.ref('Kustomization', 'first'), 'ArtifactFailed', /none/);
  assert.is(condition(await world.get(app.kustomization), 'Ready')?.status, 'True');
  assert.ok(await world.find(app.ref('ConfigMap', 'c1')));
});

test.run();
