import { type TestServer, tcpServer, until } from '@flux-host/host/sandbox/testing/servers.ts';
import type { HttpRequest } from '@flux-host/sdk/contract/host-functions.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCage } from '../guest/cage.ts';
import { ask, asking } from '../guest/http.ts';
import { buffer, step } from '../guest/program.ts';

/**
 * Requests that would mean something else to the server than to the host. The server is a socket that keeps what arrives.
 * host/sandbox/egress/headers.test.ts has the rules of headers.
 */
const cage = createCage();
let wire = '';
let server: TestServer;

test.before(async () => {
  server = await tcpServer((socket) => {
    socket.on('data', (piece) => {
      wire += piece.toString('latin1');
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });
  });
});
test.before.each(() => {
  wire = '';
});
test.after(async () => {
  await cage.close();
  await server.close();
});

const url = () => `http://${server.address}/`;
const granted = () => ({ egress: { allow: [server.address] } });

/** Names of the headers that arrived, and how many requests. */
function arrived(): { requests: number; headers: string[] } {
  const [head = ''] = wire.split('\r\n\r\n');
  return {
    requests: wire.match(/HTTP\/1\.1\r\n/g)?.length ?? 0,
    headers: head
      .split('\r\n')
      .slice(1)
      .map((line) => line.slice(0, line.indexOf(':'))),
  };
}

const own = ['host', 'connection'];
type Header = readonly [string, string];

const ignored: Record<string, Header[]> = {
  'another Host': [['Host', 'internal.example']],
  'two Hosts': [
    ['host', 'a'],
    ['HOST', 'b'],
  ],
  'a length of its own': [['Content-Length', '100']],
  'an encoding of its own': [['Transfer-Encoding', 'chunked']],
  'both, as in request smuggling': [
    ['Content-Length', '4'],
    ['Transfer-Encoding', 'chunked'],
  ],
  'a disguised encoding': [
    ['transfer-ENCODING', 'xchunked'],
    ['TE', 'trailers, chunked'],
  ],
  'an upgrade to another protocol': [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
  ],
  'an upgrade to HTTP/2': [
    ['Connection', 'Upgrade, HTTP2-Settings'],
    ['Upgrade', 'h2c'],
    ['HTTP2-Settings', 'AAMA'],
  ],
  'a wait for permission': [['Expect', '100-continue']],
  trailers: [['Trailer', 'authorization']],
  'a login at the proxy': [
    ['Proxy-Authorization', 'Basic eA=='],
    ['Proxy-Connection', 'keep-alive'],
  ],
  'a header that is named as one of the connection': [
    ['Connection', 'x-internal'],
    ['X-Internal', '1'],
  ],
};

for (const [what, headers] of Object.entries(ignored)) {
  test(`${what} does not leave the host`, async () => {
    const { status } = await ask(cage, { url: url(), headers }, granted());
    assert.is(status, 200);
    assert.equal(arrived(), { requests: 1, headers: own });
    assert.match(wire, new RegExp(`host: ${server.address}\r\n`));
  });
}

const refused: Record<string, Partial<HttpRequest>> = {
  'a second header in a value': { headers: [['X-A', 'a\r\nX-B: b']] },
  'a second request in a value': { headers: [['X-A', 'a\r\n\r\nGET /admin HTTP/1.1\r\nHost: x\r\n\r\n']] },
  'a bare line feed in a value': { headers: [['X-A', 'a\nX-B: b']] },
  'a bare carriage return in a value': { headers: [['X-A', 'a\rX-B: b']] },
  'a folded value': { headers: [['X-A', 'a\r\n b']] },
  'a NUL in a value': { headers: [['X-A', 'a\0b']] },
  'a line end that is cut to eight bits': { headers: [['X-A', 'a\u010d\u010aX-B: b']] },
  'a header in a name': { headers: [['X-A: a\r\nX-B', 'b']] },
  'a colon in a name': { headers: [['X-A:', 'b']] },
  'a blank in a name': { headers: [['Host ', 'b']] },
  'a name of HTTP/2': { headers: [[':authority', 'internal.example']] },
  'an empty name': { headers: [['', 'b']] },
  'megabytes of headers': { headers: [['X-A', 'a'.repeat(70_000)]] },
  'thousands of headers': {
    headers: Array.from({ length: 12_000 }, (_, index): Header => [`x-${index}`, 'a']),
  },
  'a method with a line in it': { method: 'GET / HTTP/1.1\r\nX-B: b\r\n\r\nGET' },
  'a tunnel': { method: 'CONNECT' },
  'a tunnel in small letters': { method: 'connect' },
  'a trace, which would repeat credentials': { method: 'TRACE' },
  'a method of nobody': { method: 'PURGE' },
  'a length that is none': { method: 'POST', length: -1 },
  'half a byte': { method: 'POST', length: 0.5 },
};

for (const [what, request] of Object.entries(refused)) {
  test(`${what} is refused, and nothing is sent`, async () => {
    const { code } = await ask(cage, { url: url(), ...request }, { ...granted(), body: 'x' });
    assert.match(code, /^FLUX_E_EGRESS_(REQUEST|BROKEN)$/);
    assert.is(wire, '');
  });
}

test('line ends in an address do not become lines', async () => {
  const address = `${url()}a\r\nX-B: b\r\n\r\nGET /admin HTTP/1.1\r\nHost: x?c\r\nd#e\r\nf`;
  await ask(cage, { url: address }, granted());
  assert.equal(arrived(), { requests: 1, headers: own });
  assert.not.match(wire.split('\r\n')[0] ?? '', / X-B/);
});

const lengths: Record<string, Partial<HttpRequest> & { body?: string }> = {
  'a GET without a body that promises one': { length: 10 },
  'a DELETE without a body that promises one': { method: 'DELETE', length: 10 },
  'a POST without a body that promises one': { method: 'POST', length: 10 },
  'a body that is shorter than promised': { method: 'POST', length: 100, body: 'abc' },
  'a body that is longer than promised': {
    method: 'POST',
    length: 1,
    body: 'abcGET /admin HTTP/1.1\r\n\r\n',
  },
};

for (const [what, { body, ...request }] of Object.entries(lengths)) {
  test(`${what} leaves no room for a request that somebody else would get the answer of`, async () => {
    await ask(cage, { url: url(), ...request }, { ...granted(), ...(body ? { body } : {}) });
    const promised = Number(/content-length: (\d+)/.exec(wire)?.[1] ?? 0);
    assert.is((wire.split('\r\n\r\n')[1] ?? '').length, promised);
  });
}

test('a streamed body that is shorter than promised closes its connection', async () => {
  const patient = await tcpServer((socket) => socket.resume());
  const request = { url: `http://${patient.address}/`, method: 'POST', stream: true, length: 100 };
  const steps = [
    step('flux.flux_http_open', JSON.stringify(request), 0, 0),
    step('flux.flux_http_write', 1, 'abc'),
    step('flux.flux_http_response', 1),
    step('flux.flux_answer', buffer, 4096),
  ];
  const { text } = await cage.attack(steps, { dump: -1, egress: { allow: [patient.address] } });
  assert.match(text, /does not match content-length/);
  await until(() => patient.connections.size === 0);
  await patient.close();
});

test('a body where a server expects none does not become the request of a neighbour', async () => {
  // As many small servers do: the body of a GET is taken for what comes next on the connection.
  let rest = '';
  const naive = await tcpServer((socket) => {
    rest = '';
    socket.on('data', (piece) => {
      rest += piece.toString('latin1');
      for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
        const [, path = ''] = rest.slice(0, end).split(' ');
        rest = rest.slice(end + 4);
        socket.write(`HTTP/1.1 200 OK\r\nx-path: ${path}\r\ncontent-length: 0\r\n\r\n`);
      }
    });
  });
  const egress = { allow: [naive.address] };
  const smuggled = 'GET /of-the-attacker HTTP/1.1\r\nhost: x\r\n\r\n';
  for (const method of ['GET', 'DELETE', 'OPTIONS']) {
    await ask(
      cage,
      { url: `http://${naive.address}/a`, method },
      { egress, tenant: 'attacker', body: smuggled },
    );
    const { headers } = await ask(
      cage,
      { url: `http://${naive.address}/of-the-victim` },
      { egress, tenant: 'victim' },
    );
    assert.equal(headers?.find(([name]) => name === 'x-path')?.[1], '/of-the-victim', method);
  }
  await naive.close();
});

test('requests that are no JSON, or of other types, are an error and not a crash', async () => {
  const texts = ['', '{', 'null', '[]', '"x"', '1e999', '{"url":1}', '{"url":"http://a","headers":{"a":1}}'];
  texts.push(
    '{"url":"http://a","headers":[["a"]]}',
    '{"url":"http://a","timeoutMs":"x"}',
    '['.repeat(100_000),
  );
  texts.push('{"__proto__":{"url":"http://127.0.0.1"}}', '{"url":"http://a","__proto__":{"stream":true}}');
  for (const text of texts) {
    const steps = [step('flux.flux_http_open', text, 0, 0), step('flux.flux_answer', buffer, 4096)];
    const { text: answer } = await cage.attack(steps, { dump: -1, ...granted() });
    assert.match(answer, /FLUX_E_(PLUGIN_ABI|EGRESS_DENIED|EGRESS_REQUEST)/, text.slice(0, 50));
  }
  assert.is(wire, '');
});

test('times beyond measure are no way to wait for ever', async () => {
  for (const timeoutMs of [1e300, -1, 2 ** 40, 0]) {
    const { status, code } = await ask(cage, { url: url(), timeoutMs }, granted());
    assert.ok(status === 200 || code.startsWith('FLUX_E_EGRESS_'), String(timeoutMs));
  }
});

test('what was asked is what the server got, or the cases above would prove nothing', async () => {
  const headers: Header[] = [['X-Mine', 'yes']];
  await cage.attack(asking({ url: `${url()}path?query`, method: 'POST', headers }, 'body'), granted());
  assert.match(wire, /^POST \/path\?query HTTP\/1\.1\r\n.*x-mine: yes\r\n.*\r\n\r\nbody$/s);
});

test.run();
