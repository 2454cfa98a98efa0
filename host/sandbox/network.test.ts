import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tarGzOf } from '@flux-host/test/helpers/tar.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createEgress } from './egress/egress.ts';
import { createSandbox } from './sandbox.ts';
import { goPlugin, manifest, textPlugin } from './testing/modules.ts';
import { rejection } from './testing/rejects.ts';
import { httpServer, tcpServer, until } from './testing/servers.ts';
import type { EgressGrant, PluginCall } from './types.ts';

const egress = createEgress({
  lookup: async (name) => {
    const address = { 'metadata.test': '169.254.169.254', 'rebound.test': '127.0.0.1' }[name];
    if (address) return [address];
    throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
  },
});
const sandbox = createSandbox({ egress });
const plugin = await sandbox.load(goPlugin());
const other = await httpServer((_request, response) => response.end('never to be seen'));
let brokenOff = 0;
const server = await httpServer((request, response) => {
  const [, path, argument] = (request.url ?? '').split('/');
  if (path === 'redirect') {
    response.writeHead(302, { location: argument === 'other' ? `${other.url}/` : '/echo' });
    response.end();
  } else if (path === 'bytes') {
    response.end(Buffer.alloc(Number(argument), 'z'));
  } else if (path === 'archive') {
    response.end(tarGzOf([{ name: 'bin/run', content: '#!/bin/sh\n', mode: 0o755 }]));
  } else if (path === 'busy') {
    response.writeHead(429, { 'retry-after': '7' });
    response.end();
  } else if (path === 'never') {
    response.on('close', () => {
      brokenOff += 1;
    });
    response.write('a');
  } else {
    let length = 0;
    request.on('data', (piece: Buffer) => {
      length += piece.length;
    });
    request.on('end', () => response.end(JSON.stringify({ length, headers: request.headers })));
  }
});
const grant: EgressGrant = { allow: [server.address] };
interface Got {
  status: number;
  length: number;
  text: string;
  headers: Record<string, string[]>;
}
const call = <T>(name: string, input: object, more: Partial<PluginCall> = {}) =>
  sandbox.call<T>({ plugin, export: name, input, tenant: 'a', egress: grant, ...more });
const get = async (path: string, input: object = {}, more: Partial<PluginCall> = {}) =>
  (await call<Got>('get', { url: `${server.url}/${path}`, ...input }, more)).output;
const failed = async (name: string, input: object, more: Partial<PluginCall> = {}) =>
  rejection(call(name, input, more), 'FLUX_E_PLUGIN_FAILED');

test.after(async () => {
  await sandbox.close();
  await egress.close();
  await Promise.all([server.close(), other.close()]);
});

test('without a grant a plugin reaches nobody, and the message has the line that would allow it', async () => {
  const error = await failed('get', { url: `${server.url}/` }, { egress: { allow: [] } });
  assert.match(error.message, /may not connect to 127\.0\.0\.1:\d+$/);
  assert.match(error.hint ?? '', new RegExp(`spec\\.grants\\.network of its Plugin: - "${server.address}"`));
});

test('bodies of any size pass in both directions', async () => {
  assert.is((await get('bytes/5000000')).length, 5_000_000);
  for (const stream of [false, true]) {
    const { text } = await get('echo', { method: 'POST', size: 3_000_000, stream });
    assert.is(JSON.parse(text).length, 3_000_000);
  }
});

test('a Go plugin has the host save a body and unpack an archive', async () => {
  const out = mkdtempSync(join(tmpdir(), 'saved-'));
  try {
    const file = { url: `${server.url}/bytes/3000000`, path: '/out/large' };
    const { output } = await call<{ size: number; digest: string }>('save', file, { out });
    assert.is(output.size, 3_000_000);
    assert.match(output.digest, /^sha256:[0-9a-f]{64}$/);
    assert.is(statSync(join(out, 'large')).size, 3_000_000);
    await call('save', { url: `${server.url}/archive`, path: '/out', method: 'tar+gzip' }, { out });
    assert.is(readFileSync(join(out, 'bin/run'), 'utf8'), '#!/bin/sh\n');
    const wrong = await failed('save', { ...file, content: `sha256:${'0'.repeat(64)}` }, { out });
    assert.match(wrong.message, /has digest sha256:\w+, but sha256:0+ was expected/);
  } finally {
    rmSync(out, { recursive: true });
  }
});

test('a redirect is followed to a granted host only', async () => {
  assert.is((await get('redirect/here')).status, 200);
  const error = await failed('get', { url: `${server.url}/redirect/other` });
  assert.match(error.message, new RegExp(`may not connect to ${other.address}`));
  assert.is(other.seen.length, 0);
});

test('credentials are added by the host, for their own origin only, in place of what the plugin sends', async () => {
  const headers = { Authorization: 'Bearer of-the-host' };
  const egress = { allow: [server.address, other.address], credentials: [{ to: [server.url], headers }] };
  const own = await get('echo', { headers: { Authorization: 'mine' } }, { egress });
  assert.is(JSON.parse(own.text).headers.authorization, 'Bearer of-the-host');
  other.seen.length = 0;
  await get('redirect/other', {}, { egress });
  assert.is(other.seen[0]?.headers.authorization, undefined);
});

test('a name that leads to a metadata service or to loopback is refused, even where every name is granted', async () => {
  for (const [host, shown] of [
    ['metadata.test', '169.254.169.254'],
    ['rebound.test', '127.0.0.1'],
  ] as const) {
    const error = await failed(
      'get',
      { url: `http://${host}:${server.port}/` },
      { egress: { allow: ['*', host] } },
    );
    assert.ok(error.message.includes(`the name leads to ${shown}, which is not reachable`), error.message);
    const raw = await failed(
      'converse',
      { address: `${host}:${server.port}` },
      { egress: { allow: ['*', host] } },
    );
    assert.ok(raw.message.includes(`the name leads to ${shown}`), raw.message);
  }
});

test('a name without an address is said to be one', async () => {
  const error = await failed('get', { url: 'http://nowhere.test/' }, { egress: { allow: ['*'] } });
  assert.match(error.message, /nowhere\.test:80 cannot be found/);
});

test('responses that are larger than allowed are cut off', async () => {
  const error = await failed(
    'get',
    { url: `${server.url}/bytes/2000000` },
    { egress: { ...grant, maxBytes: 100_000 } },
  );
  assert.match(error.message, /larger than the 100000 bytes/);
});

test('Retry-After reaches the plugin', async () => {
  const { status, headers } = await get('busy');
  assert.is(status, 429);
  assert.equal(headers['Retry-After'], ['7']);
});

test('a call that is stopped in the middle of a response closes its connection', async () => {
  await rejection(
    call('get', { url: `${server.url}/never` }, { limits: { timeoutMs: 500 } }),
    'FLUX_E_PLUGIN_TIMEOUT',
  );
  await until(() => brokenOff === 1);
  assert.is((await get('bytes/3')).length, 3);
});

test('a reader and a writer work at the same time on one connection, as SSH needs', async () => {
  const echo = await tcpServer((socket) => socket.pipe(socket));
  try {
    const egress = { allow: [echo.address] };
    const { output } = await call<{ length: number; remote: string }>(
      'converse',
      { address: echo.address, content: 'y'.repeat(100_000), count: 50 },
      { egress },
    );
    assert.equal(output, { length: 5_000_000, remote: echo.address });
    await until(() => echo.connections.size === 0);
  } finally {
    await echo.close();
  }
});

test('a deadline on a connection works, and a stopped call closes the connection', async () => {
  const silent = await tcpServer((socket) => socket.resume());
  try {
    const more = { egress: { allow: [silent.address] } };
    const error = await failed(
      'converse',
      { address: silent.address, content: 'y', count: 1, millis: 100 },
      more,
    );
    assert.match(error.message, /i\/o timeout/);
    await until(() => silent.connections.size === 0);
    const stopped = call(
      'converse',
      { address: silent.address, content: 'y', count: 1 },
      { ...more, limits: { timeoutMs: 500 } },
    );
    await rejection(stopped, 'FLUX_E_PLUGIN_TIMEOUT');
    await until(() => silent.connections.size === 0);
  } finally {
    await silent.close();
  }
});

test('a connection that the other side closes is an end, not a hang', async () => {
  const short = await tcpServer((socket) => socket.end('bye'));
  try {
    const more = { egress: { allow: [short.address] } };
    const error = await failed('converse', { address: short.address, content: 'hello', count: 1 }, more);
    assert.match(error.message, /EOF|reset|broken pipe/);
  } finally {
    await short.close();
  }
});

test('a plugin that waits for the network leaves the CPU to others', async () => {
  const silent = await tcpServer((socket) => socket.resume());
  const one = createSandbox({ egress, slots: 1, workers: 2 });
  try {
    const stuck = one.call({
      plugin,
      export: 'converse',
      input: { address: silent.address, content: 'y', count: 1, millis: 5000 },
      tenant: 'a',
      egress: { allow: [silent.address] },
    });
    const ended = rejection(stuck, 'FLUX_E_PLUGIN_CLOSED');
    await until(() => silent.connections.size === 1);
    assert.is((await one.call({ plugin, export: 'echo', input: 1, tenant: 'a' })).output, 1);
    await one.close();
    await ended;
  } finally {
    await one.close();
    await silent.close();
  }
});

test('capabilities that were not requested, or not granted, cannot be used', async () => {
  const bare = await sandbox.load(goPlugin({ requests: {} }));
  const error = await failed('get', { url: server.url }, { plugin: bare });
  assert.match(error.message, /may not use "http"/);
  const input = { url: server.url };
  assert.match(
    (await failed('get', input, { egress: { ...grant, capabilities: ['tcp'] } })).hint ?? '',
    /- http$/,
  );
});

// A module of Extism's own ABI: GET of the URL in its input's block, the answer of http_request as its output.
const extismText = `
  (import "extism:host/env" "input_offset" (func $input (result i64)))
  (import "extism:host/env" "output_set" (func $output (param i64 i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "http_request" (func $http (param i64 i64) (result i64)))
  (import "extism:host/env" "http_status_code" (func $status (result i32)))
  (import "extism:host/env" "http_headers" (func $headers (result i64)))
  (func (export "build") (result i32) (local $body i64)
    (local.set $body (call $http (call $input) (i64.const 0)))
    (call $output (local.get $body) (call $length (local.get $body)))
    (i32.ne (call $status) (i32.const 200)))
  (func (export "headers") (result i32) (local $block i64)
    (drop (call $http (call $input) (i64.const 0)))
    (local.set $block (call $headers))
    (call $output (local.get $block) (call $length (local.get $block)))
    i32.const 0)`;

test("a plugin made with Extism's own PDK fetches through the same egress", async () => {
  const extism = await sandbox.load(await textPlugin(extismText, manifest()));
  const input = { url: `${server.url}/echo`, headers: { 'x-from': 'extism' } };
  const { output } = await call<{ headers: Record<string, string> }>('build', input, { plugin: extism });
  assert.is(output.headers['x-from'], 'extism');
  const { output: headers } = await call<Record<string, string>>('headers', input, { plugin: extism });
  assert.ok(headers['content-length']);
  const denied = call('build', { url: `${other.url}/` }, { plugin: extism });
  await rejection(denied, 'FLUX_E_EGRESS_DENIED');
});

test("a response's block holds the response and nothing that lay next to it in the host's memory", async () => {
  const sized = await sandbox.load(
    await textPlugin(`
      (import "extism:host/env" "input_offset" (func $input (result i64)))
      (import "extism:host/env" "length" (func $length (param i64) (result i64)))
      (import "extism:host/env" "http_request" (func $http (param i64 i64) (result i64)))
      (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
      (func (export "build") (result i32)
        (if (i64.ne (call $length (call $http (call $input) (i64.const 0))) (i64.const 10)) (then unreachable))
        i32.const 0)
      (func (export "input") (result i32)
        (if (i64.ne (call $length (call $input)) (i64.const 5)) (then unreachable)) i32.const 0)`),
  );
  await call('build', { url: `${server.url}/bytes/10` }, { plugin: sized });
  await sandbox.call({ plugin: sized, export: 'input', input: 'abc', tenant: 'a' });
});

test.run();
