import { createHmac } from 'node:crypto';
import { rejectionOf } from '@flux-host/host/errors/testing.ts';
import { httpServer, tcpServer } from '@flux-host/host/sandbox/testing/servers.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { workbench } from './workbench.ts';

const bench = workbench();
const bodies: string[] = [];
const server = await httpServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts).toString();
    bodies.push(body);
    const { pathname } = new URL(request.url ?? '', 'http://x');
    if (pathname === '/moved') response.writeHead(302, { location: '/echo' }).end();
    else if (pathname === '/large') response.end('x'.repeat(3_000_000));
    else if (pathname === '/slow') setTimeout(() => response.end(), 30_000).unref();
    else if (pathname === '/bad') response.writeHead(403, { 'retry-after': '7' }).end('forbidden\n');
    else {
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ method: request.method, headers: request.headers, body }));
    }
  });
});
const echo = await tcpServer((socket) => socket.on('data', (data) => socket.write(`<${data}>`)));

test.after(async () => {
  await bench.close();
  await server.close();
  await echo.close();
});

const granted = { egress: { allow: ['127.0.0.1'] } };
const http = async (body: string, args: readonly string[] = []) => {
  const run = await bench.command(body, "requests: { network: ['127.0.0.1'] },");
  return run([server.url, ...args], granted);
};

test('fetch sends method, headers and body, and reads the answer', async () => {
  const answer =
    await http(`const response = await fetch(args[0] + '/echo', { method: 'post', body: JSON.stringify({ ä: '€' }),
      headers: { 'Content-Type': 'application/json', 'X-Two': 'b' } });
    return { status: response.status, ok: response.ok, type: response.headers.get('Content-Type'), cookies: response.headers.getSetCookie(),
      seen: await response.json(), used: response.bodyUsed, url: response.url };`);
  const { seen, ...rest } = answer as {
    seen: { method: string; body: string; headers: Record<string, string> };
  };
  assert.equal(rest, {
    status: 200,
    ok: true,
    type: 'application/json',
    cookies: ['a=1', 'b=2'],
    used: true,
    url: `${server.url}/echo`,
  });
  assert.equal([seen.method, seen.body], ['POST', '{"ä":"€"}']);
  assert.equal([seen.headers['content-type'], seen.headers['x-two']], ['application/json', 'b']);
});

test('forms, bytes and pieces are bodies, too', async () => {
  const seen = await http(`const send = async (body: any) => { const { headers, body: got }: any =
      await (await fetch(args[0] + '/echo', { method: 'PUT', body })).json(); return [headers['content-type'] ?? null, got]; };
    async function* pieces() { for (const text of ['one ', 'two']) yield sdk.encodeUtf8(text); }
    return [await send(new URLSearchParams({ a: '1 2', b: 'ü' })), await send(sdk.encodeUtf8('bytes')), await send(pieces()), await send('text')];`);
  assert.equal(seen, [
    ['application/x-www-form-urlencoded;charset=UTF-8', 'a=1+2&b=%C3%BC'],
    [null, 'bytes'],
    [null, 'one two'],
    ['text/plain;charset=UTF-8', 'text'],
  ]);
});

test('redirects are followed, handed over or refused, as asked', async () => {
  const seen = await http(`const followed = await fetch(args[0] + '/moved');
    const manual = await fetch(args[0] + '/moved', { redirect: 'manual' });
    const refused = await fetch(args[0] + '/moved', { redirect: 'error' }).catch((error) => error.message);
    return [followed.status, followed.url.endsWith('/echo'), manual.status, manual.headers.get('location'), refused];`);
  assert.equal(seen, [200, true, 302, '/echo', `GET ${server.url}/moved answered with a redirect (302)`]);
});

test('a large body comes as a whole or in pieces', async () => {
  const seen = await http(`const whole = await (await fetch(args[0] + '/large')).bytes();
    let sum = 0; let pieces = 0;
    for await (const piece of (await fetch(args[0] + '/large')).body) { sum += piece.length; pieces += 1; }
    return [whole.length, whole[2_999_999], sum, pieces > 1];`);
  assert.equal(seen, [3_000_000, 120, 3_000_000, true]);
});

test('a hundred answers may stay unread: none of them is lost', async () => {
  const seen =
    await http(`const all = []; for (let i = 0; i < 100; i += 1) all.push(await fetch(args[0] + '/bad'));
    return [new Set(await Promise.all(all.map((one) => one.text()))).size, all.length];`);
  assert.equal(seen, [1, 100]);
});

test('a body can be read once only', async () => {
  const seen = await http(`const response = await fetch(args[0] + '/bad'); await response.text();
    return response.text().catch((error) => error.message);`);
  assert.is(seen, 'the body of the response was read already');
});

test('a request gives up at the time of its signal, and the plugin can go on', async () => {
  const seen =
    await http(`const error: any = await fetch(args[0] + '/slow', { signal: AbortSignal.timeout(200) }).catch((error) => error);
    const aborted = await fetch(args[0] + '/bad', { signal: AbortSignal.abort() }).catch((error) => error.name);
    return [error instanceof sdk.HostError, error.timeout, aborted, (await fetch(args[0] + '/bad')).status];`);
  assert.equal(seen, [true, true, 'AbortError', 403]);
});

test('headers with line breaks are refused', async () => {
  const seen = await http(
    "return fetch(args[0], { headers: { a: 'b\\r\\nc: d' } }).catch((error) => error.message);",
  );
  assert.match(String(seen), /the header a has a line break/);
});

test('a server that was not granted is refused: the plugin can catch that, or else the user is told', async () => {
  const run = await bench.command(
    'if (args[1]) return fetch(args[0]).catch((error) => [error.name, error.code]); await fetch(args[0]);',
    "requests: { network: ['example.com'] },",
  );
  const elsewhere = { egress: { allow: ['example.com'] } };
  const before = server.seen.length;
  const error = await rejectionOf(run([server.url], elsewhere));
  assert.is(error.code, 'FLUX_E_PLUGIN_FAILED');
  assert.match(error.text, /127\.0\.0\.1.*hint/);
  const [name, code] = (await run([server.url, 'catch'], elsewhere)) as string[];
  assert.is(name, 'HostError');
  assert.match(String(code), /^FLUX_E_EGRESS_/);
  assert.is(server.seen.length, before, 'nothing arrived');
});

test('a plugin that does not request the network has no way to it, whatever it is granted', async () => {
  const run = await bench.command('await fetch(args[0]);');
  const error = await rejectionOf(run([server.url], granted));
  assert.match(error.message, /does not request the capability "http": add it to requests\.capabilities/);
});

test('a refused connection is a failure with a hint', async () => {
  const run = await bench.command('await fetch(args[0]);', "requests: { network: ['127.0.0.1'] },");
  const closed = await httpServer(() => {});
  await closed.close();
  const error = await rejectionOf(run([closed.url], granted));
  assert.match(error.text, /refused the connection \(hint: /);
});

test('a TCP connection reads and writes, with a time limit', async () => {
  const run = await bench.command(
    `const connection = sdk.tcp.connect({ host: '127.0.0.1', port: Number(args[0]) });
     connection.write(sdk.encodeUtf8('hello'));
     const answer = sdk.decodeUtf8(connection.read());
     let timeout = false; try { connection.read({ timeoutMs: 50 }); } catch (error: any) { timeout = error.timeout; }
     connection.close();
     return [answer, timeout, connection.remote];`,
    "requests: { network: ['127.0.0.1'], capabilities: ['tcp'] },",
  );
  assert.equal(await run([String(echo.port)], granted), ['<hello>', true, echo.address]);
});

test('a notifier sends what it was asked to, signed with the granted key, and sees no other', async () => {
  const plugin = await bench.load({
    'plugin.ts': `import { defineNotifier, encodeHex, hmac, PluginError } from '@flux-host/sdk/typescript';
      export default defineNotifier({
        name: 'hook',
        config: { type: 'object', required: ['room'], properties: { room: { type: 'string' }, prefix: { type: 'string', default: '!' } } },
        requests: { network: ['$address'], secretKeys: ['token'] },
        async notify({ event, provider, config, secret }) {
          const body = config.prefix + config.room + ': ' + event.message;
          const signature = encodeHex(hmac('sha256', secret.require('token'), body));
          const response = await fetch(provider.address ?? '', { method: 'POST', body, headers: { 'x-signature': signature } });
          const hidden = secret.has('other' as 'token');
          if (!response.ok) throw new PluginError(\`the hook answered \${response.status}: \${(await response.text()).trim()}\`, {
            reason: 'Refused', retryAfterMs: Number(response.headers.get('retry-after')) * 1000 });
          return hidden ? { skipped: 'it sees what it must not' } : undefined;
        },
      });`,
  });
  assert.equal(plugin.manifest.requests, {
    network: ['$address'],
    capabilities: ['http'],
    secretKeys: ['token'],
  });
  const input = (path: string, secret?: Record<string, string>) => ({
    event: {
      involvedObject: {},
      severity: 'info',
      timestamp: null,
      message: 'bereit ✓',
      reason: 'R',
      reportingController: 'k',
    },
    provider: {
      namespace: 'a',
      name: 'b',
      type: 'hook',
      address: `${server.url}${path}`,
      config: { room: 'ops' },
    },
    ...(secret ? { secret } : {}),
  });
  const token = { token: Buffer.from('s3cret').toString('base64') };
  const answer = await bench.call(plugin, 'notify', { input: input('/echo', token), ...granted });
  assert.equal(answer, {});
  assert.is(bodies.at(-1), '!ops: bereit ✓');
  const expected = createHmac('sha256', 's3cret').update('!ops: bereit ✓').digest('hex');
  assert.is(server.seen.at(-1)?.headers['x-signature'], expected);

  const refused = await rejectionOf(
    bench.call(plugin, 'notify', { input: input('/bad', token), ...granted }),
  );
  assert.equal(
    [refused.message, refused.reason, refused.retryAfterMs],
    ['the hook answered 403: forbidden', 'Refused', 7000],
  );
  const without = await rejectionOf(bench.call(plugin, 'notify', { input: input('/echo'), ...granted }));
  assert.match(without.text, /the key "token" is missing in the Secret, or was not granted/);
});

test.run();
