import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { rejection } from '@flux-host/host/sandbox/testing/rejects.ts';
import {
  httpServer,
  type TestHttpServer,
  tcpServer,
  until,
} from '@flux-host/host/sandbox/testing/servers.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCage } from '../guest/cage.ts';
import { ask, asking, connect, take } from '../guest/http.ts';
import { buffer, repeated, step } from '../guest/program.ts';

/** Too much of everything, from plugins and from the servers that they ask. */
const cage = createCage();
const held: ServerResponse[] = [];
const routes: Record<string, (response: ServerResponse) => void> = {
  '/quick': (response) => response.end('quick'),
  '/held': (response) => {
    response.write('x');
    held.push(response);
  },
  '/bomb': (response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(10_000_000))),
  '/endless': (response) => {
    const more = () => {
      while (response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', more);
    more();
  },
  '/headers': (response) => response.writeHead(200, { 'x-large': 'a'.repeat(100_000) }).end(),
  '/liar': (response) => {
    response.writeHead(200, { 'content-length': '1000000000000' }).write('x', () => response.destroy());
  },
};
let server: TestHttpServer;

test.before(async () => {
  server = await httpServer((request, response) =>
    (routes[request.url ?? ''] ?? routes['/quick'])?.(response),
  );
});
test.after(async () => {
  await cage.close();
  await server.close();
});

const granted = () => ({ egress: { allow: [server.address] } });
const open = (path: string) =>
  step('flux.flux_http_open', JSON.stringify({ url: `${server.url}${path}` }), 0, 0);

test('who holds as many connections as it may does not keep a neighbour from the same server', async () => {
  const wait = step('flux.flux_http_read', 1, buffer, 10);
  const hold = cage.attack([repeated(70, open('/held')), repeated(3, wait)], {
    ...granted(),
    limits: { timeoutMs: 20_000 },
  });
  await until(() => held.length >= 64);
  const { status } = await ask(
    cage,
    { url: `${server.url}/quick` },
    { ...granted(), tenant: 'neighbour', limits: { timeoutMs: 10_000 } },
  );
  assert.is(status, 200);
  assert.is(held.length, 64, 'it has more than its share');
  for (const response of held.splice(0)) response.end();
  await hold;
});

test('the connection too many is refused with a code', async () => {
  const steps = [repeated(64, open('/held')), ...asking({ url: `${server.url}/quick` })];
  const { text } = await cage.attack(steps, { dump: -1, ...granted() });
  assert.match(text, /FLUX_E_EGRESS_HANDLES/);
  held.splice(0);
});

test('all that a call has open is closed with it', async () => {
  await cage.attack([repeated(50, open('/held'))], granted());
  await until(() => server.connections.size === 0);
  held.splice(0);
});

test('handles are those of the call: one of an earlier call is none', async () => {
  await cage.attack([open('/held')], granted());
  const steps = [1, 2, 3, 50, -1, 2 ** 31 - 1].flatMap((handle) => [
    step('flux.flux_http_read', handle, buffer, 10),
  ]);
  const { codes } = await cage.attack(steps, granted());
  assert.ok(
    codes.every((code) => code < 0),
    codes.join(),
  );
  held.splice(0);
});

test('a response is not unpacked by the host: a bomb stays as small as it came', async () => {
  const text = await take(cage, { url: `${server.url}/bomb` }, granted());
  assert.ok(text.length < 20_000, `${text.length} bytes`);
});

test('a body without end ends at the limit of the call', async () => {
  const egress = { allow: [server.address], maxBytes: 1_000_000 };
  const steps = [open('/endless'), repeated(10_000, step('flux.flux_http_read', 1, buffer, 0x20000))];
  const { text } = await cage.attack([...steps, step('flux.flux_answer', buffer, 4096)], {
    dump: -1,
    egress,
  });
  assert.match(text, /FLUX_E_EGRESS_(TOO_LARGE|REQUEST|BROKEN)|^$/);
  await until(() => server.connections.size === 0);
});

test('a body without end that is fetched at once ends at the limit of memory', async () => {
  const steps = [step('flux.flux_log', 2, 'about to ask')];
  const text = JSON.stringify({ url: `${server.url}/endless`, method: 'GET' });
  const parts = `
    (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
    (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
    (import "extism:host/env" "http_request" (func $request (param i64 i64) (result i64)))
    (memory (export "memory") 16)
    (data (i32.const 0x30000) ${JSON.stringify(text.replaceAll('"', '\\22')).replaceAll('\\\\', '\\')})
    (func $ask (local $block i64) (local $at i32)
      (local.set $block (call $alloc (i64.const ${text.length})))
      (loop $copy
        (call $store (i64.add (local.get $block) (i64.extend_i32_u (local.get $at)))
          (i32.load8_u (i32.add (i32.const 0x30000) (local.get $at))))
        (br_if $copy (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (i32.const ${text.length}))))
      (drop (call $request (local.get $block) (i64.const 0))))`;
  const manifest = { requests: { capabilities: ['http' as const], memory: '4Mi' } };
  const error = await rejection(
    cage.attack(steps, { parts, code: '(call $ask)', manifest, ...granted() }),
    'FLUX_E_PLUGIN_MEMORY',
  );
  assert.match(error.message, /the response is larger than its limit/);
  await until(() => server.connections.size === 0);
});

test('headers without measure are refused', async () => {
  const { code } = await ask(cage, { url: `${server.url}/headers` }, granted());
  assert.is(code, 'FLUX_E_EGRESS_BROKEN');
});

test('a length that is a lie takes no memory, and the end that is missing is an error', async () => {
  const steps = [open('/liar'), repeated(3, step('flux.flux_http_read', 1, buffer, 0x20000))];
  const { text } = await cage.attack([...steps, step('flux.flux_answer', buffer, 4096)], {
    dump: -1,
    ...granted(),
  });
  assert.match(text, /FLUX_E_EGRESS_/);
});

test('a server that says nothing costs no more than the time of the call', async () => {
  const silent = await tcpServer((socket) => socket.resume());
  const work = ask(
    cage,
    { url: `http://${silent.address}/`, timeoutMs: 1e12 },
    { egress: { allow: [silent.address] }, limits: { timeoutMs: 500 } },
  );
  const { message } = await rejection(work, 'FLUX_E_PLUGIN_TIMEOUT');
  assert.match(message, /it was waiting for the network/);
  await until(() => silent.connections.size === 0);
  await silent.close();
});

test('a server that talks without being asked fills no memory: it waits until the plugin reads', async () => {
  let written = 0;
  const talker = await tcpServer((socket) => {
    const more = () => {
      do written += 65_536;
      while (socket.write(Buffer.alloc(65_536)) && written < 2 ** 28);
    };
    socket.on('drain', more);
    more();
  });
  const request = JSON.stringify({ host: '127.0.0.1', port: talker.port });
  const nap = new Uint8Array(48);
  new DataView(nap.buffer).setBigUint64(24, 700_000_000n, true);
  nap[16] = 1;
  const steps = [
    step('flux.flux_tcp_open', request),
    step('wasi.poll_oneoff', { pointer: nap }, buffer, 1, 0x1010),
  ];
  await cage.attack(steps, { egress: { allow: [talker.address] } });
  assert.ok(written < 64 * 2 ** 20, `${written} bytes were taken`);
  await talker.close();
});

test('raw connections have a limit, and none is left behind', async () => {
  const quiet = await tcpServer(() => {});
  const request = { host: '127.0.0.1', port: quiet.port };
  const many = repeated(64, step('flux.flux_tcp_open', JSON.stringify(request)));
  const { text } = await cage.attack(
    [many, step('flux.flux_tcp_open', JSON.stringify(request)), step('flux.flux_answer', buffer, 4096)],
    { dump: -1, egress: { allow: [quiet.address] } },
  );
  assert.match(text, /FLUX_E_EGRESS_HANDLES/);
  await until(() => quiet.connections.size === 0);
  await quiet.close();
});

const raw: Record<string, Parameters<typeof connect>[2]> = {
  'nobody granted it': { manifest: { requests: { capabilities: ['http', 'tcp'] } } },
  'its manifest asks for HTTP only': { manifest: { requests: { capabilities: ['http'] } } },
  'the administrator granted HTTP only': {},
  'another port was granted': {},
};

for (const [why, options] of Object.entries(raw)) {
  test(`there is no raw connection when ${why}`, async () => {
    const allow = { 'nobody granted it': [], 'another port was granted': ['127.0.0.1:1'] }[why] ?? [
      server.address,
    ];
    const capabilities = why.includes('administrator') ? { capabilities: ['http' as const] } : {};
    const { size } = server.connections;
    const { code } = await connect(
      cage,
      { host: '127.0.0.1', port: server.port },
      { ...options, egress: { allow, ...capabilities } },
    );
    assert.match(code, /^FLUX_E_EGRESS_(CAPABILITY|DENIED)$/);
    assert.is(server.connections.size, size);
  });
}

test.run();
