import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PluginRequests } from '@flux-host/sdk/contract/manifest.ts';
import { embedManifest } from '@flux-host/sdk/module/manifest.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createMetrics } from '../observability/metrics.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { goPlugin, manifest, textPlugin } from '../sandbox/testing/modules.ts';
import { rejection } from '../sandbox/testing/rejects.ts';
import { httpServer, type TestHttpServer, tcpServer, until } from '../sandbox/testing/servers.ts';
import type { CatalogEntry } from './catalog.ts';
import type { PluginFile } from './directories.ts';
import { grantsOfRequests } from './grants.ts';
import type { PluginHost } from './plugin-host.ts';
import { createPlugins, type PluginsOptions } from './plugins.ts';
import type { Grants, PluginUse } from './types.ts';

const test = suite('plugins');
const sandbox = createSandbox();
const root = mkdtempSync(join(tmpdir(), 'flux-host-plugins-'));
const hosts: PluginHost[] = [];
let server: TestHttpServer;
let other: TestHttpServer;
let folders = 0;
const bodies = new Map<object, Buffer>();

const base64 = (text: string) => Buffer.from(text).toString('base64');

test.before(async () => {
  other = await httpServer((_request, response) => response.end('other'));
  server = await httpServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', server.url);
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      bodies.set(request, Buffer.concat(pieces));
      if (pathname === '/away') response.writeHead(302, { location: `${other.url}/` });
      if (pathname === '/slash')
        response.writeHead(302, { location: `/slash/${new URL(request.url ?? '', server.url).search}` });
      response.end();
    });
  });
});
test.before.each(() => {
  server.seen.length = other.seen.length = 0;
});
test.after(async () => {
  for (const host of hosts) host.close();
  await sandbox.close();
  await Promise.all([server.close(), other.close()]);
  rmSync(root, { recursive: true });
});

type Setup = Partial<PluginsOptions> & { readonly files?: Readonly<Record<string, Uint8Array>> };

async function started({ files, ...options }: Setup = {}): Promise<PluginHost> {
  folders += 1;
  const dir = mkdtempSync(join(root, `${folders}-`));
  for (const [name, bytes] of Object.entries(files ?? {})) writeFileSync(join(dir, name), bytes);
  const onError = (error: Error) => {
    throw error;
  };
  const plugins = await createPlugins({ sandbox, dirs: [dir], onError, ...options });
  hosts.push(plugins);
  return plugins;
}

let probeModule: Uint8Array | undefined;

/** The Go plugin with these requests. */
function probeWith(requests: PluginRequests): Uint8Array {
  probeModule ??= goPlugin();
  return embedManifest(probeModule, manifest({ requests }));
}

/** The same as a built-in, which is granted what it requests. */
function probe(requests: PluginRequests, options: Setup = {}): Promise<PluginHost> {
  return started({ ...options, files: { 'probe.wasm': probeWith(requests) } });
}

let modules = 0;

/** A module in a file of its own. */
async function moduleOf(bytes: Uint8Array): Promise<PluginFile> {
  modules += 1;
  const file = join(root, `module-${modules}.wasm`);
  writeFileSync(file, bytes);
  return { ...(await sandbox.inspect(file)), file };
}

const use = (
  operation: string,
  input: Record<string, unknown> = {},
  more: Partial<PluginUse> = {},
): PluginUse => ({
  kind: 'builder',
  type: 'probe',
  namespace: 'apps',
  operation,
  input,
  ...more,
});

const web: PluginRequests = { network: ['$address'], capabilities: ['http'] };
const header = { header: { name: 'Authorization', key: 'token', format: 'Bearer {}' } };
const secret = { token: base64('t0k3n\n'), other: base64('0ther') };

test('nothing is compiled at the start, a module is at its first call, and let go when it is idle', async () => {
  const metrics = createMetrics();
  const count = async () => /flux_host_plugin_modules (\d+)/.exec((await metrics.expose()).text)?.[1];
  const plugins = await probe({}, { metrics, idleMs: 1000 });
  assert.is(plugins.find('builder', 'probe')?.manifest.name, 'probe');
  assert.is(await count(), '0');
  await plugins.call(use('echo'));
  assert.is(await count(), '1');
  let now: string | undefined;
  await until(() => {
    void count().then((value) => {
      now = value;
    });
    return now === '0';
  });
  assert.equal((await plugins.call(use('echo', { a: 1 }))).output, { a: 1 }, 'it is back when it is called');
});

test('the answer says which module gave it', async () => {
  const plugins = await probe({});
  const { digest } = await plugins.call(use('echo'));
  assert.is(digest, plugins.find('builder', 'probe')?.digest);
});

test('a plugin that is not there is named with those that are', async () => {
  const plugins = await probe({});
  const error = await rejection(plugins.call({ ...use('build'), type: 'nope' }), 'FLUX_E_PLUGIN_MISSING');
  assert.match(error.text, /no plugin for builder "nope".*installed are: probe/);
});

test('the plugin sees the granted keys of the Secret and no others', async () => {
  const plugins = await probe({ secretKeys: ['token'] });
  const { output } = await plugins.call(use('echo', { a: 1 }, { secret }));
  assert.equal(output, { a: 1, secret: { token: secret.token } });
  const hidden = await plugins.call(use('echo', {}, { secret, unseen: ['token'] }));
  assert.equal(hidden.output, {});
});

test('a credential is on the request, and the plugin never has it', async () => {
  const plugins = await probe({ ...web, credentials: [header] });
  const call = { secret, address: server.url };
  const { output } = await plugins.call(
    use('get', { url: `${server.url}/`, headers: { authorization: 'mine' } }, call),
  );
  assert.is(server.seen[0]?.headers.authorization, 'Bearer t0k3n');
  assert.not.match(JSON.stringify(output), /t0k3n/);
  const seen = await plugins.call(use('echo', {}, call));
  assert.equal(seen.output, {});
});

test('a credential goes to the address of the object only, and not along with a redirect', async () => {
  const plugins = await probe({
    network: ['$address', other.address],
    capabilities: ['http'],
    credentials: [header],
  });
  const call = { secret, address: server.url };
  await plugins.call(use('get', { url: `${server.url}/away` }, call));
  await plugins.call(use('get', { url: `${other.url}/` }, call));
  assert.is(server.seen[0]?.headers.authorization, 'Bearer t0k3n');
  assert.equal(
    other.seen.map(({ headers }) => headers.authorization),
    [undefined, undefined],
  );
});

test('named hosts get a credential only where they are named with their port, or over TLS', async () => {
  const [host = ''] = server.address.split(':');
  const byHost = { ...header, hosts: [host] };
  const requests = { network: [server.address], capabilities: ['http' as const] };
  const without = await probe({ ...requests, credentials: [byHost] });
  await without.call(use('get', { url: `${server.url}/` }, { secret }));
  const byPort = { ...header, hosts: [server.address] };
  const withPort = await probe({ ...requests, credentials: [byPort] });
  await withPort.call(use('get', { url: `${server.url}/` }, { secret }));
  assert.equal(
    server.seen.map(({ headers }) => headers.authorization),
    [undefined, 'Bearer t0k3n'],
  );
});

test('a query parameter is added, and taken out of redirects that repeat it', async () => {
  const plugins = await probe({ ...web, credentials: [{ query: { name: 'key', key: 'token' } }] });
  const call = { secret, address: server.url };
  const { output } = await plugins.call(use('get', { url: `${server.url}/slash?a=b` }, call));
  assert.equal(
    server.seen.map(({ url }) => url),
    ['/slash?a=b&key=t0k3n', '/slash/?a=b&key=t0k3n'],
  );
  assert.not.match(JSON.stringify(output), /t0k3n/);
});

test('basic authentication is made of two keys', async () => {
  const credentials = [{ basic: { usernameKey: 'user', passwordKey: 'password' } }];
  const plugins = await probe({ ...web, credentials });
  const login = { user: base64('joe'), password: base64('s3cret') };
  await plugins.call(use('get', { url: `${server.url}/` }, { secret: login, address: server.url }));
  assert.is(server.seen[0]?.headers.authorization, `Basic ${base64('joe:s3cret')}`);
});

for (const stream of [false, true]) {
  test(`a body is signed as it is sent${stream ? ', also when it is streamed' : ''}`, async () => {
    const hmac = { header: 'X-Signature', key: 'token', algorithm: 'sha256' as const, format: 'sha256={}' };
    const plugins = await probe({ ...web, credentials: [{ hmac }] });
    const key = { token: base64('key') };
    const input = { url: `${server.url}/`, method: 'POST', size: 5000, stream };
    await plugins.call(use('get', input, { secret: key, address: server.url }));
    const [request] = server.seen;
    const body = request && bodies.get(request);
    assert.is(body?.length, 5000);
    const expected = createHmac('sha256', 'key')
      .update(body ?? '')
      .digest('hex');
    assert.is(request?.headers['x-signature'], `sha256=${expected}`);
  });
}

test('without the key nothing is added', async () => {
  const plugins = await probe({ ...web, credentials: [header] });
  await plugins.call(use('get', { url: `${server.url}/` }, { secret: {}, address: server.url }));
  assert.is(server.seen[0]?.headers.authorization, undefined);
});

test('a value that no header can carry is refused without showing it', async () => {
  const plugins = await probe({ ...web, credentials: [header] });
  const bad = { token: base64('a\nInjected: b') };
  const work = plugins.call(use('get', { url: `${server.url}/` }, { secret: bad, address: server.url }));
  const error = await rejection(work, 'FLUX_E_PLUGIN_CREDENTIAL');
  assert.match(error.text, /key token/);
  assert.not.match(error.text, /Injected/);
});

test('without an address there is nowhere to go', async () => {
  const plugins = await probe(web);
  const error = await rejection(plugins.call(use('get', { url: `${server.url}/` })), 'FLUX_E_PLUGIN_FAILED');
  assert.match(error.message, /may not connect to/);
});

test('a visible identity is in the request, one for hosts on the way out', async () => {
  const asked: unknown[] = [];
  const identityToken: PluginsOptions['identityToken'] = async (identity, account) => {
    asked.push([identity.cloud, account]);
    return 'cl0ud';
  };
  const identity = { cloud: 'gcp' as const, scope: 's', hosts: ['$address'] };
  const call = { address: server.url, serviceAccountName: 'robot' };
  const unseen = await probe({ ...web, identity }, { identityToken });
  await unseen.call(use('get', { url: `${server.url}/` }, call));
  assert.is(server.seen[0]?.headers.authorization, 'Bearer cl0ud');
  assert.equal((await unseen.call(use('echo', {}, call))).output, {});
  const visible = await probe({ identity: { ...identity, visible: true } }, { identityToken });
  assert.equal((await visible.call(use('echo', {}, call))).output, { identityToken: 'cl0ud' });
  assert.equal(asked[0], ['gcp', { namespace: 'apps', serviceAccountName: 'robot' }]);
});

test('the identity of the host itself does not go to addresses that users choose', async () => {
  const identity = { cloud: 'gcp' as const, scope: 's', hosts: ['$address'] };
  const plugins = await probe({ ...web, identity }, { identityToken: async () => 'cl0ud' });
  await plugins.call(use('get', { url: `${server.url}/` }, { address: server.url }));
  assert.is(server.seen[0]?.headers.authorization, undefined);
});

test('an account is named, and there are no identities: that is said', async () => {
  const plugins = await probe({ identity: { cloud: 'gcp', scope: 's' } });
  const work = plugins.call(use('echo', {}, { serviceAccountName: 'robot' }));
  assert.match((await rejection(work, 'FLUX_E_PLUGIN_IDENTITY')).text, /gcp/);
});

test('a config that does not fit is refused before the plugin is called', async () => {
  const provides = [{ kind: 'builder' as const, type: 'probe', config: { type: 'object', required: ['x'] } }];
  const plugins = await started({ files: { 'a.wasm': await textPlugin('', { provides }) } });
  await rejection(plugins.call(use('build', {}, { config: {} })), 'FLUX_E_PLUGIN_CONFIG');
  await plugins.call(use('build', {}, { config: { x: 1 } }));
});

/** The built-in plugin as an administrator would install it. */
function installable(
  plugins: PluginHost,
  changes: Partial<Grants> = {},
  more: Partial<CatalogEntry> = {},
): CatalogEntry {
  const found = plugins.find('builder', 'probe');
  if (!found) throw new Error('no plugin');
  return {
    name: 'probe',
    origin: { plugin: 'probe' },
    provides: [{ kind: 'builder', type: 'probe' }],
    grants: { ...grantsOfRequests(found.manifest), ...changes },
    suspended: false,
    createdAt: '2026-01-01T00:00:00Z',
    ...more,
  };
}

test('namespaces, suspension and a missing module refuse calls, each in its own words', async () => {
  const files = { 'a.wasm': await textPlugin('') };
  const plugins = await started({ files });
  const module = await moduleOf(files['a.wasm']);
  const allowsNamespace = (namespace: string) => namespace === 'apps';
  plugins.install(installable(plugins, { allowsNamespace }, { module }));
  await plugins.call(use('build'));
  const denied = await rejection(
    plugins.call({ ...use('build'), namespace: 'evil' }),
    'FLUX_E_PLUGIN_NAMESPACE',
  );
  assert.match(denied.text, /namespace evil may not use plugin probe/);
  plugins.suspend('probe', true);
  await rejection(plugins.call(use('build')), 'FLUX_E_PLUGIN_SUSPENDED');
  plugins.suspend('probe', false);
  plugins.install(installable(plugins, {}));
  await rejection(plugins.call(use('build')), 'FLUX_E_PLUGIN_UNAVAILABLE');
  plugins.uninstall('probe');
  await plugins.call(use('build'));
});

test('Secrets of the administrator reach hosts that he named, and not the address of a user', async () => {
  const requests: PluginRequests = { network: ['$address', other.address], capabilities: ['http'] };
  const plugins = await probe(requests);
  const ownSecret = { token: base64('admins') };
  const credentials = [{ ...header, hosts: ['$address', other.address] }];
  const module = await moduleOf(probeWith(requests));
  plugins.install(installable(plugins, { credentials, ownSecret }, { module }));
  await plugins.call(use('get', { url: `${server.url}/` }, { address: server.url }));
  await plugins.call(use('get', { url: `${other.url}/` }, { address: server.url }));
  assert.is(server.seen[0]?.headers.authorization, undefined);
  assert.is(other.seen[0]?.headers.authorization, 'Bearer admins');
});

/** A builder that answers with a number, or does not come to its end. */
const answering = (version: string, code: string) =>
  textPlugin(
    `(import "extism:host/user" "flux_output" (func $output (param i32 i32)))
     (memory (export "memory") 1) (data (i32.const 0) "1") (func (export "build") (result i32) ${code} i32.const 0)`,
    { version, requests: { timeout: '1s' } },
  );
const well = '(call $output (i32.const 0) (i32.const 1))';

test('a new module takes over between two calls; a call that runs ends on the old one', async () => {
  const requests: PluginRequests = {};
  const plugins = await started();
  const old = await moduleOf(probeWith(requests));
  const entry: CatalogEntry = {
    name: 'probe',
    origin: { plugin: 'probe' },
    provides: [{ kind: 'builder', type: 'probe' }],
    grants: grantsOfRequests(old.manifest),
    suspended: false,
    createdAt: '2026-01-01T00:00:00Z',
    module: old,
  };
  const told: string[] = [];
  plugins.onChange((kind, type) => told.push(`${kind}/${type}`));
  plugins.install(entry);
  const running = plugins.call(use('sleep', { millis: 500 }));
  const next = await moduleOf(await answering('2.0.0', well));
  plugins.install({ ...entry, module: next });
  const second = await plugins.call(use('build'));
  assert.is(second.digest, next.digest);
  const first = await running;
  assert.is(first.digest, old.digest);
  assert.is(first.output, 'slept');
  assert.equal(told, ['builder/probe', 'builder/probe']);
});

test('the instances of a module that was replaced are let go', async () => {
  const plugins = await started();
  const module = await moduleOf(probeWith({}));
  const next = await moduleOf(await answering('2.0.0', well));
  const grants = grantsOfRequests(module.manifest);
  const entry: CatalogEntry = {
    name: 'probe',
    origin: { plugin: 'probe' },
    provides: [{ kind: 'builder', type: 'probe' }],
    grants,
    suspended: false,
    createdAt: '2026-01-01T00:00:00Z',
  };
  const count = async () => (await plugins.call(use('counter'))).output;
  plugins.install({ ...entry, module });
  assert.equal([await count(), await count()], [1, 2]);
  plugins.install({ ...entry, module: next });
  plugins.install({ ...entry, module });
  assert.is(await count(), 1, 'a fresh instance');
});

async function withTwo(first: string, second: string, options: Setup = {}) {
  const plugins = await started(options);
  const old = await moduleOf(await answering('1.0.0', first));
  const next = await moduleOf(await answering('2.0.0', second));
  const entry: CatalogEntry = {
    name: 'probe',
    origin: { plugin: 'probe' },
    provides: [{ kind: 'builder', type: 'probe' }],
    grants: { network: [], capabilities: [], secretKeys: [], credentials: [] },
    suspended: false,
    createdAt: '2026-01-01T00:00:00Z',
  };
  plugins.install({ ...entry, module: old });
  return { plugins, old, next, upgrade: () => plugins.install({ ...entry, module: next }) };
}

test('a new module that only breaks down is replaced by the one before it', async () => {
  const { plugins, old, next, upgrade } = await withTwo(well, 'unreachable');
  await plugins.call(use('build'));
  const rollbacks: unknown[] = [];
  plugins.onRollback(({ from, to, error }) => rollbacks.push([from, to, error.code]));
  upgrade();
  assert.not(plugins.state('probe').proven);
  for (let count = 0; count < 3; count += 1)
    await rejection(plugins.call(use('build')), 'FLUX_E_PLUGIN_TRAP');
  assert.is((await plugins.call(use('build'))).digest, old.digest);
  assert.equal(rollbacks, [[next.digest, old.digest, 'FLUX_E_PLUGIN_TRAP']]);
  assert.is(plugins.state('probe').digest, old.digest);
});

test('a module that has answered once is not rolled back', async () => {
  const { plugins, next, upgrade } = await withTwo(well, well, { breaker: { threshold: 100 } });
  upgrade();
  await plugins.call(use('build'));
  assert.ok(plugins.state('probe').proven);
  for (let count = 0; count < 4; count += 1) await rejection(plugins.call(use('nope')), 'FLUX_E_PLUGIN_ABI');
  assert.is(plugins.state('probe').digest, next.digest);
});

test('a namespace whose calls hang is not called for a while, others go on', async () => {
  const hang = '(if (i32.const 1) (then (loop br 0)))';
  const { plugins, old } = await withTwo(hang, well, { breaker: { threshold: 2, firstMs: 300 } });
  for (let count = 0; count < 2; count += 1)
    await rejection(plugins.call(use('build')), 'FLUX_E_PLUGIN_TIMEOUT');
  const error = await rejection(plugins.call(use('build')), 'FLUX_E_PLUGIN_BROKEN');
  assert.match(error.message, /for namespace apps until.*did not finish "build"/);
  await rejection(plugins.call({ ...use('build'), namespace: 'b' }), 'FLUX_E_PLUGIN_TIMEOUT');
  const { circuits, digest, failures } = plugins.state('probe');
  assert.equal(
    circuits.map(({ namespace }) => namespace),
    ['apps'],
  );
  assert.is(digest, old.digest);
  assert.is(failures, 3, 'what was refused was not called');
});

test('a server that does not answer is not the fault of the plugin', async () => {
  const silent = await tcpServer(() => {});
  const requests: PluginRequests = { network: ['$address'], capabilities: ['http'], timeout: '300ms' };
  const plugins = await probe(requests, { breaker: { threshold: 1 } });
  const call = use('get', { url: `http://${silent.address}/` }, { address: `http://${silent.address}` });
  for (let count = 0; count < 2; count += 1) {
    const error = await rejection(plugins.call(call), 'FLUX_E_PLUGIN_TIMEOUT');
    assert.match(error.text, /waiting for the network/);
  }
  await silent.close();
});

test('a file that was changed under the host is not used', async () => {
  const bytes = await textPlugin('');
  const plugins = await started({ files: { 'a.wasm': bytes } });
  const module = await moduleOf(bytes);
  plugins.install(installable(plugins, {}, { module }));
  writeFileSync(module.file, await textPlugin('', { version: '6.6.6' }));
  const error = await rejection(plugins.call(use('build')), 'FLUX_E_PLUGIN_LOAD');
  assert.match(error.text, /was changed while the host runs/);
});

test.run();
