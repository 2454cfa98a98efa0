import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mediaType } from '@flux-host/host/oci/media-types.ts';
import { parseReference } from '@flux-host/host/oci/reference.ts';
import { assembleText, manifest, textPlugin } from '@flux-host/host/sandbox/testing/modules.ts';
import { embedManifest } from '@flux-host/sdk/module/manifest.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startFaultProxy, startRegistry } from '../../helpers/registry.ts';
import { type App, type AppOptions, configMap, createApp, kustomization } from '../app.ts';
import { createWorld } from '../harness.ts';
import { condition } from '../live.ts';
import {
  brokenBuilder,
  closeRegistryClient,
  configMapBuilder,
  plugin,
  pushModule,
  registryClient,
} from './world.ts';

const dir = mkdtempSync(join(tmpdir(), 'flux-host-plugin-faults-'));
const [world, registry] = await Promise.all([createWorld({ dir }), startRegistry()]);
/** What Plugins are told; tests push to the registry behind it. */
const front = await startFaultProxy(registry.address);
const url = (name: string) => `oci://${front.address}/plugins/${name}`;
const behind = (name: string) => `oci://${registry.address}/plugins/${name}`;

test.before.each(() => {
  front.intercept = undefined;
});
test.after(async () => {
  await world.close();
  await front.stop();
  await registry.stop();
  await closeRegistryClient();
  rmSync(dir, { recursive: true, force: true });
});

async function push(name: string, version: string, namespace: string): Promise<string> {
  const module = await configMapBuilder({ name, namespace, value: version }, { version });
  return pushModule(`${behind(name)}:${version}`, module);
}

const anyVersion = { url: '', ref: { semver: '*' } };

function appWith(builder: string, spec: AppOptions['spec'] = {}): Promise<App> {
  const files = { 'one.yaml': configMap('one') };
  return createApp(world, { files, spec: { builder: { plugin: builder }, retryInterval: '1s', ...spec } });
}

const down: typeof front.intercept = (request) => {
  request.socket.destroy();
  return true;
};

async function restart(): Promise<void> {
  await world.host.stop();
  await world.startHost({ dir });
}

let changes = 0;

/** Makes the app build anew. */
async function rebuild(app: App): Promise<void> {
  changes += 1;
  await world.patch(app.kustomization, { spec: { namePrefix: `n${changes}-` } });
}

test('a host that starts while the registry is away uses what it has, and says so', async () => {
  const app = await appWith('stored');
  await push('stored', '1.0.0', app.namespace);
  await world.apply(plugin('stored', url('stored'), { source: anyVersion }));
  await world.ready('Plugin/stored');
  await world.ready(app.kustomization);
  await world.host.stop();
  front.intercept = down;
  await world.startHost({ dir });
  await rebuild(app);
  await world.ready(app.kustomization);
  await world.failed('Plugin/stored', 'OCIArtifactPullFailed', /version 1\.0\.0 stays installed/);
  front.intercept = undefined;
  await world.request('Plugin/stored');
  await world.ready('Plugin/stored');
});

test('a module that was damaged on the disk is not used; it is fetched again', async () => {
  const app = await appWith('damaged');
  await push('damaged', '1.0.0', app.namespace);
  await world.apply(plugin('damaged', url('damaged'), { source: anyVersion }));
  const { status } = await world.ready('Plugin/damaged');
  await world.ready(app.kustomization);
  await world.host.stop();
  const file = join(dir, 'storage', '.plugins', 'modules', `${String(status?.['digest']).slice(7)}.wasm`);
  writeFileSync(file, await textPlugin('', { name: 'damaged', version: '6.6.6' }));
  front.intercept = down;
  await world.startHost({ dir });
  await rebuild(app);
  await world.failed(
    app.kustomization,
    'BuildFailed',
    /plugin damaged is installed, but its module is not here/,
  );
  front.intercept = undefined;
  await world.request('Plugin/damaged');
  await world.ready('Plugin/damaged');
  await world.ready(app.kustomization);
});

test('a plugin that replaces a built-in is not replaced by that when the volume was lost', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one') },
    spec: { retryInterval: '1s' },
  });
  await world.ready(app.kustomization);
  await push('kustomize', '9.0.0', app.namespace);
  await world.apply(plugin('kustomize', url('kustomize'), { source: anyVersion }));
  await world.ready('Plugin/kustomize');
  await world.until(app.ref('ConfigMap', 'built'), 'to be there', () => true);
  await world.host.stop();
  rmSync(join(dir, 'storage', '.plugins'), { recursive: true });
  front.intercept = down;
  await world.startHost({ dir });
  await rebuild(app);
  await world.failed(
    app.kustomization,
    'BuildFailed',
    /plugin kustomize is installed, but its module is not here/,
  );
  assert.ok(await world.find(app.ref('ConfigMap', 'built')));
  front.intercept = undefined;
  await world.request('Plugin/kustomize');
  await world.ready(app.kustomization);
  await world.delete('Plugin/kustomize');
  await world.gone('Plugin/kustomize');
});

test('a version that was taken back from the registry does not bring an older one back', async () => {
  const app = await appWith('upward');
  await push('upward', '1.0.0', app.namespace);
  await push('upward', '1.1.0', app.namespace);
  await world.apply(plugin('upward', url('upward'), { source: anyVersion }));
  await world.ready('Plugin/upward');
  front.intercept = (request, response) => {
    if (!request.url?.includes('/tags/list')) return false;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ name: 'plugins/upward', tags: ['1.0.0'] }));
    return true;
  };
  const request = await world.request('Plugin/upward');
  const { status } = await world.until(
    'Plugin/upward',
    'to handle the request',
    ({ status }) => status?.lastHandledReconcileAt === request,
  );
  assert.is(status?.['version'], '1.1.0');
  await world.patch('Plugin/upward', { spec: { source: { ref: { semver: '>=1' } } } });
  await world.until(
    'Plugin/upward',
    'to go back on purpose',
    ({ status }) => status?.['version'] === '1.0.0',
  );
});

const wholeModule = () => configMapBuilder({ name: 'bad', namespace: 'default', value: 'x' });
/** A module with an instruction that there is not. */
async function invalidCode(): Promise<Uint8Array> {
  const body = '(memory (export "memory") 1) (func (export "build") (result i32) i32.const 7)';
  const bytes = await textPlugin(body, {
    name: 'bad',
    provides: [{ kind: 'builder', type: 'bad' }],
    requests: {},
  });
  const at = bytes.findIndex((byte, index) => byte === 0x41 && bytes[index + 1] === 7);
  return Uint8Array.from(bytes, (byte, index) => (index === at ? 0xff : byte));
}

const unusable: [string, () => Promise<Uint8Array>, RegExp][] = [
  ['is cut off', async () => (await wholeModule()).slice(0, -10), /is cut off/],
  ['is no WebAssembly', async () => Buffer.from('<html>'), /is not a WebAssembly module/],
  [
    'has no manifest',
    () => assembleText('(module (memory (export "memory") 1))'),
    /manifest is not valid: the module carries none/,
  ],
  [
    'lacks its export',
    async () =>
      embedManifest(await assembleText('(module (memory (export "memory") 1))'), manifest({ name: 'bad' })),
    /does not export build/,
  ],
  [
    'imports what the host lacks',
    () => textPlugin('(import "env" "system" (func))', { name: 'bad' }),
    /imports what this host does not provide: env\.system/,
  ],
  ['cannot be compiled', invalidCode, /cannot be compiled: /],
  [
    'has a schema that refers to the outside',
    () =>
      textPlugin('', {
        name: 'bad',
        provides: [{ kind: 'builder', type: 'bad', config: { $ref: 'https://example.com/s.json' } }],
      }),
    /schema of its config refers to/,
  ],
];

for (const [what, make, why] of unusable) {
  test(`a module that ${what} is refused with the reason, and nobody calls it`, async () => {
    await pushModule(`${behind('bad')}:v1`, await make());
    await world.apply(plugin('bad', url('bad'), { source: { url: '', ref: { tag: 'v1' } } }));
    await world.failed('Plugin/bad', 'InvalidPlugin', why);
    assert.is((await world.get('Plugin/bad')).status?.['digest'], undefined);
    await world.delete('Plugin/bad');
    await world.gone('Plugin/bad');
  });
}

test('an image that is something else is refused', async () => {
  const ref = parseReference(`${behind('image')}:latest`);
  const layer = await registryClient.pushBlob(ref, Buffer.from('layer'));
  const config = await registryClient.pushBlob(ref, Buffer.from('{}'));
  await registryClient.pushManifest(ref, {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    config: { ...config, mediaType: 'application/vnd.oci.image.config.v1+json' },
    layers: [{ ...layer, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' }],
  });
  await world.apply(plugin('image', url('image')));
  await world.failed('Plugin/image', 'InvalidPlugin', /is not a plugin: it is of type .*flux plugin push/);
});

test('a module that was changed on the way is refused, and is not kept', async () => {
  await push('changed', '1.0.0', 'default');
  front.intercept = (request, response) => {
    if (request.method !== 'GET' || !request.url?.includes('/blobs/')) return false;
    response.end('something else');
    return true;
  };
  await world.apply(plugin('changed', url('changed'), { source: anyVersion }));
  await world.failed('Plugin/changed', 'OCIArtifactPullFailed', /digest|bytes/);
  assert.equal(readdirSync(join(dir, 'storage', '.plugins', 'tmp')), []);
});

test('a range that no tag is in, and a range that is none, say so', async () => {
  await push('ranged', '1.0.0', 'default');
  await world.apply(plugin('ranged', url('ranged'), { source: { url: '', ref: { semver: '>=2' } } }));
  await world.failed(
    'Plugin/ranged',
    'OCIArtifactPullFailed',
    /no tag of .* is a version in the range '>=2'/,
  );
  await world.patch('Plugin/ranged', { spec: { source: { ref: { semver: 'newest' } } } });
  await world.failed('Plugin/ranged', 'URLInvalid', /improper constraint: newest/);
  assert.is(condition(await world.get('Plugin/ranged'), 'Stalled')?.status, 'True');
});

test('a new version that only breaks down is rolled back, stays so after a restart, and a newer one heals it', async () => {
  const app = await appWith('fragile');
  await push('fragile', '1.0.0', app.namespace);
  await world.apply(plugin('fragile', url('fragile'), { source: anyVersion }));
  const good = (await world.ready('Plugin/fragile')).status?.['digest'];
  await world.ready(app.kustomization);
  const broken = await brokenBuilder('fragile', 'unreachable', { version: '1.1.0' });
  await pushModule(`${behind('fragile')}:1.1.0`, broken);
  await world.request('Plugin/fragile');
  const { message } = await world.failed('Plugin/fragile', 'RolledBack', /broke down in its first calls/);
  assert.ok(message.includes(String(good)), message);
  assert.is(message.match(/sha256:[0-9a-f]{64}/g)?.length, 2);
  await world.ready(app.kustomization);
  await world.until(
    'Plugin/fragile',
    'to show what is called',
    ({ status }) => status?.['version'] === '1.0.0',
  );
  await restart();
  await world.request('Plugin/fragile');
  await rebuild(app);
  await world.ready(app.kustomization);
  assert.is(condition(await world.get('Plugin/fragile'), 'Ready')?.reason, 'RolledBack');
  await push('fragile', '1.2.0', app.namespace);
  await world.request('Plugin/fragile');
  const { status } = await world.ready('Plugin/fragile');
  assert.is(status?.['version'], '1.2.0');
});

test('a plugin that keeps breaking down for one namespace is left alone there for a while, which its status shows', async () => {
  const app = await appWith('shaky', { retryInterval: '200ms' });
  await pushModule(`${behind('shaky')}:1.0.0`, await brokenBuilder('shaky', 'unreachable'));
  await world.apply(plugin('shaky', url('shaky'), { source: anyVersion }));
  await world.failed(
    app.kustomization,
    'BuildFailed',
    /plugin shaky is not called for namespace .* until .*crashed/,
  );
  const open = await world.until(
    'Plugin/shaky',
    'to show the circuit',
    (object) => condition(object, 'CircuitOpen')?.status === 'True',
  );
  assert.match(
    condition(open, 'CircuitOpen')?.message ?? '',
    new RegExp(`namespace ${app.namespace} \\(until`),
  );
  assert.is(condition(open, 'Ready')?.status, 'True');
  const metrics = await (await fetch(world.host.metricsUrl)).text();
  assert.match(metrics, /flux_host_plugin_circuits_open\{plugin="shaky"\} 1/);
  const other = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  await world.apply(kustomization(other.namespace, { builder: { plugin: 'shaky' } }));
  await world.failed(other.kustomization, 'BuildFailed', /plugin shaky crashed/);
});

test.run();
