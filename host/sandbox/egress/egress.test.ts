import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejection } from '../testing/rejects.ts';
import { httpServer } from '../testing/servers.ts';
import type { EgressGrant } from '../types.ts';
import { createEgress, type EgressRequest } from './egress.ts';

const folder = mkdtempSync(join(tmpdir(), 'egress-'));
const openssl = (...args: string[]) => {
  const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
};
const file = (name: string) => readFileSync(join(folder, name), 'utf8');
const pair = (name: string, extra: readonly string[]) =>
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.crt`,
    '-subj',
    `/CN=${name}`,
    ...extra,
  );
pair('server', ['-addext', 'subjectAltName=IP:127.0.0.1']);
pair('other', ['-addext', 'subjectAltName=DNS:other.test']);
// One that ended yesterday: `req` makes none of these, `x509` does.
pair('old', ['-addext', 'subjectAltName=IP:127.0.0.1']);
openssl('x509', '-in', 'old.crt', '-key', 'old.key', '-days', '-1', '-signkey', 'old.key', '-out', 'old.crt');
pair('client', []);

const servers: Server[] = [];
const listen = async (server: Server) => {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const tls = (name: string, options: object = {}) =>
  listen(
    createTlsServer(
      { key: file(`${name}.key`), cert: file(`${name}.crt`), ...options },
      (request, response) => {
        const { subject } = (request.socket as TLSSocket).getPeerCertificate();
        response.end(JSON.stringify({ client: subject?.CN ?? null }));
      },
    ),
  );

const egress = createEgress();
const plain = await httpServer((request, response) => response.end(`${request.headers.host} ${request.url}`));

async function fetchText(grant: EgressGrant, request: EgressRequest): Promise<string> {
  const session = egress.session(grant);
  try {
    const { body } = await session.request(request);
    const pieces: Uint8Array[] = [];
    for await (const piece of body) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  } finally {
    session.close();
  }
}

/** A proxy that does both tunnels and plain requests, for one user. */
function proxyServer(seen: string[]): Server {
  const authorized = (header: string | undefined) =>
    header === `Basic ${Buffer.from('joe:s3cret').toString('base64')}`;
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (!authorized(request.headers['proxy-authorization'])) {
      response.writeHead(407).end();
      return;
    }
    const { 'proxy-authorization': _drop, ...headers } = request.headers;
    request.pipe(
      httpRequest(request.url ?? '', { method: request.method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      }),
    );
  });
  server.on('connect', (request, socket: Socket) => {
    seen.push(`CONNECT ${request.url}`);
    if (!authorized(request.headers['proxy-authorization'])) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const [host = '', port] = (request.url ?? '').split(':');
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
    socket.on('error', () => target.destroy());
  });
  return server;
}

test.after(async () => {
  await egress.close();
  await plain.close();
  for (const server of servers) {
    server.close();
    if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function')
      server.closeAllConnections();
  }
  rmSync(folder, { recursive: true });
});

test('a certificate that is not trusted is refused, with what is wrong with it', async () => {
  const cases = [
    ['server', undefined, /is not trusted: it is self-signed/],
    ['other', file('other.crt'), /is not trusted: it is for another host name/],
    ['old', file('old.crt'), /is not trusted: it has expired/],
  ] as const;
  for (const [name, ca, expected] of cases) {
    const address = await tls(name);
    const grant = { allow: [address], ...(ca ? { tls: { ca } } : {}) };
    const error = await rejection(fetchText(grant, { url: `https://${address}/` }), 'FLUX_E_EGRESS_TLS');
    assert.match(error.message, expected);
  }
});

test('a certificate of a granted authority is accepted, and only in that grant', async () => {
  const address = await tls('server');
  const request = { url: `https://${address}/` };
  await fetchText({ allow: [address], tls: { ca: file('server.crt') } }, request);
  await rejection(fetchText({ allow: [address] }, request), 'FLUX_E_EGRESS_TLS');
});

test('a client certificate is shown to the server, and only in its own grant', async () => {
  const address = await tls('server', { requestCert: true, rejectUnauthorized: false });
  const ca = file('server.crt');
  const request = { url: `https://${address}/` };
  const withClient = { ca, cert: file('client.crt'), key: file('client.key') };
  assert.equal(JSON.parse(await fetchText({ allow: [address], tls: withClient }, request)), {
    client: 'client',
  });
  assert.equal(JSON.parse(await fetchText({ allow: [address], tls: { ca } }, request)), { client: null });
});

test('a proxy gets plain requests as they are and tunnels for the others', async () => {
  const seen: string[] = [];
  const proxy = { url: `http://${await listen(proxyServer(seen))}`, username: 'joe', password: 's3cret' };
  const secure = await tls('server');
  const grant = { allow: [plain.address, secure], tls: { ca: file('server.crt') }, proxy };
  assert.is(await fetchText(grant, { url: `${plain.url}/a?b` }), `${plain.address} /a?b`);
  assert.is(await fetchText(grant, { url: `https://${secure}/` }), '{"client":null}');
  const session = egress.session(grant);
  const { socket } = await session.connect({ host: '127.0.0.1', port: plain.port });
  session.close();
  assert.ok(socket.destroyed);
  assert.equal(seen, [`GET ${plain.url}/a?b`, `CONNECT ${secure}`, `CONNECT ${plain.address}`]);
});

test('a proxy that refuses is named with its answer; its password is not', async () => {
  const url = `http://${await listen(proxyServer([]))}`;
  const proxy = { url, username: 'joe', password: 'wr0ng' };
  const error = await rejection(
    fetchText({ allow: ['a.test'], proxy }, { url: 'https://a.test/' }),
    'FLUX_E_EGRESS_PROXY',
  );
  assert.match(error.message, /did not connect to a\.test:443: it answered 407/);
  assert.not.match(error.text, /wr0ng/);
});

test('a grant holds behind a proxy as well', async () => {
  const seen: string[] = [];
  const proxy = { url: `http://${await listen(proxyServer(seen))}`, username: 'joe', password: 's3cret' };
  await rejection(fetchText({ allow: ['b.test'], proxy }, { url: 'http://a.test/' }), 'FLUX_E_EGRESS_DENIED');
  await rejection(
    fetchText({ allow: ['*'], proxy }, { url: 'http://169.254.169.254/' }),
    'FLUX_E_EGRESS_ADDRESS',
  );
  assert.equal(seen, []);
});

test('a connection is made to the address that was checked, not to what the name means by then', async () => {
  const answers = [['203.0.113.1'], ['127.0.0.1']];
  let lookups = 0;
  const rebinding = createEgress({
    lookup: async () => {
      lookups += 1;
      return answers[lookups - 1] ?? [];
    },
  });
  const session = rebinding.session({ allow: ['a.test'] });
  const work = session.connect({ host: 'a.test', port: plain.port, timeoutMs: 300 });
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.instance(error, Error, 'it was connected to something');
  assert.is(lookups, 1);
  await rebinding.close();
});

test('a server that accepts and never answers is a timeout, with its name', async () => {
  const address = await listen(createServer(() => {}));
  const work = fetchText({ allow: [address] }, { url: `http://${address}/`, timeoutMs: 200 });
  const error = await rejection(work, 'FLUX_E_EGRESS_TIMEOUT');
  assert.match(error.message, new RegExp(`${address} did not respond in time`));
});

test('closing a session ends what is under way', async () => {
  const address = await listen(createServer(() => {}));
  const session = egress.session({ allow: [address] });
  const work = rejection(session.request({ url: `http://${address}/` }), 'FLUX_E_EGRESS_CLOSED');
  setTimeout(() => session.close(), 50);
  await work;
  await rejection(session.request({ url: `http://${address}/` }), 'FLUX_E_EGRESS_CLOSED');
});

test('answers that nobody reads, as of webhooks, leave the connection to the next request', async () => {
  let connections = 0;
  // In pieces: without a length nobody knows that there is nothing to read.
  const server = createServer((_request, response) => void response.writeHead(200).end('ok'));
  server.on('connection', () => {
    connections += 1;
  });
  const address = await listen(server);
  for (const closed of ['by itself', 'with its session', 'by itself']) {
    const session = egress.session({ allow: [address] });
    const { body } = await session.request({ url: `http://${address}/` });
    if (closed === 'by itself') await body[Symbol.asyncIterator]().return?.();
    session.close();
    await sleep(50);
  }
  assert.is(connections, 1);
});

test('an answer that nobody reads and that does not end is given up', async () => {
  const ended = Promise.withResolvers<void>();
  const endless = createServer((_request, response) => {
    response.writeHead(200).write('x'.repeat(1 << 20));
    response.on('close', () => ended.resolve());
  });
  const address = await listen(endless);
  const session = egress.session({ allow: [address] });
  await session.request({ url: `http://${address}/` });
  session.close();
  await ended.promise;
});

test('answers that were put aside do not count as open', async () => {
  const session = egress.session({ allow: [plain.address] });
  for (let count = 0; count < 70; count += 1) {
    const { body } = await session.request({ url: `http://${plain.address}/` });
    await body[Symbol.asyncIterator]().return?.();
  }
  session.close();
});

test('a call cannot hold more connections than its share', async () => {
  const session = egress.session({ allow: [plain.address] });
  const open = () => session.connect({ host: '127.0.0.1', port: plain.port });
  for (let count = 0; count < 64; count += 1) await open();
  await rejection(open(), 'FLUX_E_EGRESS_HANDLES');
  session.close();
});

test.run();
