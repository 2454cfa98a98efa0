import { randomBytes } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp } from './app.ts';
import { commitPaths } from './bulk.ts';
import { createWorld, type World } from './harness.ts';
import { condition, type Live } from './live.ts';

let world: World;
test.before(async () => {
  world = await createWorld();
});
test.after(() => world.close());

const decided = (object: Live) =>
  ['True', 'False'].includes(condition(object, 'Ready')?.status ?? '') &&
  condition(object, 'Reconciling')?.reason !== 'Progressing';

/** Another application goes on at the same time: the host is neither stuck nor out of memory. */
async function othersGoOn(): Promise<void> {
  const other = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.ready(other.kustomization);
  assert.not(world.host.exited);
}

test('a file of 100 MB either becomes part of the artifact or is refused with its size and limit', async () => {
  const big = randomBytes(75_000_000).toString('base64');
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  await app.repository.git('config', 'core.compression', '0');
  await app.push({ files: { 'big.bin': big } });
  const revision = await app.revision();
  const object = await world.until(
    app.source,
    'to decide',
    (live) =>
      decided(live) &&
      (condition(live, 'Ready')?.status === 'False' || live.status?.artifact?.revision === revision),
    90_000,
  );
  const ready = condition(object, 'Ready');
  if (ready?.status === 'False') assert.match(ready.message, /big\.bin|memory|limit|too large/i);
  await othersGoOn();
});

test('50,000 files of which one folder is used', async () => {
  const paths = Array.from({ length: 50_000 }, (_, n) => `data/${n % 100}/${n}.txt`);
  const app = await createApp(world, {
    files: { 'app/one.yaml': configMap('one') },
    spec: { path: './app' },
  });
  await world.ready(app.kustomization);
  const blob = await app.repository.git('rev-parse', 'main:app/one.yaml');
  await commitPaths(app.repository, paths, blob);
  await world.request(app.source);
  await world.ready(app.kustomization, await app.revision(), 120_000);
  await othersGoOn();
});

test('3,000 objects in one Kustomization are applied, healthy, changed one at a time, and pruned', async () => {
  const documents = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => configMap(`c${from + n}`)).join('---\n');
  const files = { 'one.yaml': documents(0, 1000), 'two.yaml': documents(1000, 3000) };
  const app = await createApp(world, { files, spec: { wait: true } });
  const ready = await world.ready(app.kustomization, await app.revision(), 300_000);
  assert.is(ready.status?.inventory?.entries.length, 3000);
  assert.is(condition(ready, 'Healthy')?.status, 'True');

  const changed = documents(1000, 3000).replace('"value"', '"changed"');
  await world.ready(app.kustomization, await app.push({ files: { 'two.yaml': changed } }), 120_000);
  assert.is((await world.get(app.ref('ConfigMap', 'c1000'))).data?.['key'], 'changed');
  assert.is((await world.get(app.ref('ConfigMap', 'c1001'))).data?.['key'], 'value');

  const pruned = await world.ready(app.kustomization, await app.push({ remove: ['two.yaml'] }), 300_000);
  assert.is(pruned.status?.inventory?.entries.length, 1000);
  for (const gone of ['c1000', 'c2999']) await world.gone(app.ref('ConfigMap', gone));
  assert.ok(await world.find(app.ref('ConfigMap', 'c999')));
  await world.delete(app.kustomization);
  await world.gone(app.kustomization, 120_000);
});

test('YAML nested 100,000 deep, and aliases that multiply', async () => {
  const deep = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: deep}\ndata: ${'['.repeat(100_000)}${']'.repeat(100_000)}\n`;
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghij'
      .split('')
      .map((name, n) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[n]}`).join()}]`),
  ].join('\n');
  for (const [name, content] of [
    ['deep.yaml', deep],
    ['bomb.yaml', `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\n${bomb}\n`],
  ] as const) {
    const app = await createApp(world, {
      files: { 'kustomization.yaml': `resources: [${name}]\n`, [name]: content },
      spec: { retryInterval: '1h' },
    });
    await world.failed(app.kustomization, 'BuildFailed', /./, 60_000);
    await othersGoOn();
  }
});

test('deep nesting that is valid YAML but comes through substitution', async () => {
  const value = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  key: $\{DEEP}\n`;
  const app = await createApp(world, {
    files: { 'one.yaml': value },
    spec: {
      retryInterval: '1h',
      postBuild: { substitute: { DEEP: `${'['.repeat(20_000)}${']'.repeat(20_000)}` } },
    },
  });
  await world.until(
    app.kustomization,
    'to fail',
    (object) => condition(object, 'Ready')?.status === 'False',
    60_000,
  );
  await othersGoOn();
});

test.run();
