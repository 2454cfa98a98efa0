import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assembleText, manifest, textPlugin } from '@flux-host/host/sandbox/testing/modules.ts';
import { embedManifest } from '@flux-host/sdk/module/manifest.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp, kustomization } from './app.ts';
import { createWorld, type World } from './harness.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
let world: World;
let dir: string;

const builder = (name: string, body: string) =>
  textPlugin(`(memory (export "memory") 1) (func (export "build") (result i32) ${body})`, {
    name,
    provides: [{ kind: 'builder', type: name }],
    requests: { timeout: '2s', memory: '64Mi' },
  });

test.before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'flux-host-plugins-'));
  const whole = readFileSync(join(root, '.build', 'plugins', 'kustomize.wasm'));
  const files: Record<string, Uint8Array> = {
    'truncated.wasm': whole.subarray(0, whole.length / 2),
    'text.wasm': Buffer.from('<html>404 not found</html>'),
    'empty.wasm': Buffer.alloc(0),
    'no-manifest.wasm': await assembleText('(module (func (export "build") (result i32) i32.const 0))'),
    'no-build.wasm': embedManifest(
      await assembleText('(module (memory (export "memory") 1))'),
      manifest({ name: 'no-build' }),
    ),
    'other-host.wasm': await textPlugin('(import "other:host" "do" (func))', { name: 'other-host' }),
    'spin.wasm': await builder('spin', '(loop br 0) i32.const 0'),
    'hog.wasm': await builder('hog', '(loop (drop (memory.grow (i32.const 100))) br 0) i32.const 0'),
    'trap.wasm': await builder('trap', 'unreachable'),
    'silent.wasm': await builder('silent', 'i32.const 0'),
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(dir, name), bytes);
  world = await createWorld({ pluginDirs: [dir] });
});
test.after(async () => {
  await world.close();
  rmSync(dir, { recursive: true, force: true });
});

const unusable: [string, RegExp][] = [
  ['truncated.wasm', /build the plugin again, or check that the whole file was transferred/],
  ['text.wasm', /FLUX_E_PLUGIN_LOAD/],
  ['empty.wasm', /FLUX_E_PLUGIN_LOAD/],
  ['no-manifest.wasm', /manifest/],
  ['no-build.wasm', /build/],
  ['other-host.wasm', /other:host\.do/],
];

for (const [file, why] of unusable) {
  test(`the host starts without ${file} and says why`, async () => {
    const line = (await world.host.logs()).split('\n').find((each) => each.includes(file)) ?? '';
    assert.match(line, /"msg":"plugin left out"/);
    assert.match(line, why);
  });
}

test('plugins that are fine are used next to those that are not', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.ready(app.kustomization);
});

const broken: [string, RegExp][] = [
  ['spin', /plugin spin did not finish "build" within 2000 ms.*hint/],
  ['hog', /plugin hog (ran out of memory, its limit is 64Mi|did not finish)/],
  ['trap', /plugin trap crashed: .*hint: .*tell its author/],
  ['silent', /answer of .*plugin silent cannot be used|plugin silent gave an answer/],
];

for (const [plugin, message] of broken) {
  test(`the builder ${plugin} fails its own Kustomization only`, async () => {
    const app = await createApp(world, {
      files: { 'one.yaml': configMap('one') },
      spec: { builder: { plugin }, retryInterval: '1h' },
    });
    await world.apply(kustomization(app.namespace, { name: 'fine' }));
    await world.ready(app.ref('Kustomization', 'fine'));
    await world.failed(app.kustomization, 'BuildFailed', message);
    assert.not(world.host.exited);
    await world.delete(app.kustomization);
    await world.gone(app.kustomization);
  });
}

test('ten Kustomizations with a plugin that spins do not keep another one from being applied', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  await world.ready(app.source);
  for (let n = 0; n < 10; n += 1) {
    await world.apply(
      kustomization(app.namespace, { name: `spin-${n}`, builder: { plugin: 'spin' }, retryInterval: '1h' }),
    );
  }
  await world.apply(kustomization(app.namespace, { name: 'fine' }));
  await world.ready(app.ref('Kustomization', 'fine'));
  for (let n = 0; n < 10; n += 1)
    await world.failed(app.ref('Kustomization', `spin-${n}`), 'BuildFailed', /did not finish/);
});

test('a builder that nobody installed is named, with those that are', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one') },
    spec: { builder: { plugin: 'nope' } },
  });
  await world.failed(
    app.kustomization,
    'BuildFailed',
    /no plugin for builder "nope" is installed.*hint: installed are: .*kustomize/,
  );
});

test('the calls are counted by outcome', async () => {
  const metrics = await (await fetch(world.host.metricsUrl)).text();
  assert.match(metrics, /plugin="spin".*result="timeout"/);
  assert.match(metrics, /plugin="trap".*result="trap"/);
  assert.match(metrics, /plugin="kustomize".*result="ok"/);
});

test.run();
