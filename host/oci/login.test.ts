import { createServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '@flux-host/test/helpers/git/listen.ts';
import { startProxy } from '@flux-host/test/helpers/git-server.ts';
import { type RegistryAuth, startFaultProxy, startRegistry } from '@flux-host/test/helpers/registry.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createEgress } from '../sandbox/egress/egress.ts';
import { rejection } from '../sandbox/testing/rejects.ts';
import { createOciClient } from './client.ts';
import { type Credentials, credentialsOf, passwordFor } from './credentials.ts';
import { createRegistryMemory } from './memory.ts';
import { parseReference } from './reference.ts';
import type { RegistryAccess } from './types.ts';

const egress = createEgress();
const [username, password] = ['ada', 'correct horse'];
const start = (kind: RegistryAuth['kind'], more: Partial<RegistryAuth> = {}) =>
  startRegistry({ auth: { kind, username, password, ...more } });
const basic = await start('basic');
const token = await start('token', { anonymousPull: true });
const secure = await startRegistry({ tls: 'server', auth: { kind: 'token', username, password } });
const mutual = await startRegistry({ tls: 'client' });

const client = (access: RegistryAccess = {}) => createOciClient({ egress, access, delayMs: 1 });
const as = (address: string, secret = password): { credentials: Credentials } => ({
  credentials: passwordFor(address, username, secret),
});
const content = Buffer.from('content');
const requests = (from: number) => token.tokens?.requests.slice(from) ?? [];

test('basic: the right password lets in, others are told what to check', async () => {
  const ref = parseReference(`${basic.address}/team/app`);
  assert.ok(await client(as(basic.address)).pushBlob(ref, content));
  for (const access of [{}, as(basic.address, 'wrong'), as('127.0.0.1:1')]) {
    const error = await rejection(client(access).tags(ref), 'FLUX_E_OCI_UNAUTHORIZED');
    assert.match(error.text, /authentication required.*hint: check user name and password/);
    assert.not.match(error.text, /wrong/);
  }
});

test('token: one token serves all requests to a repository, with the rights that each needs', async () => {
  const ref = parseReference(`${token.address}/team/app`);
  const user = client(as(token.address));
  const before = token.tokens?.requests.length ?? 0;
  const descriptor = await user.pushBlob(ref, content);
  await user.pushBlob(ref, Buffer.from('more'));
  assert.equal(requests(before), [
    // The registry asks for what the first request needs, the client for what it will need.
    { method: 'GET', user: username, scopes: ['repository:team/app:pull', 'repository:team/app:pull,push'] },
  ]);
  await user.readBlob(ref, descriptor, { maxBytes: 100 });
  await user.readBlob(ref, descriptor, { maxBytes: 100 });
  assert.equal(requests(before + 1), [
    { method: 'GET', user: username, scopes: ['repository:team/app:pull'] },
  ]);
});

test('token: who has no login may pull what is public, and is refused a push', async () => {
  const ref = parseReference(`${token.address}/team/public`);
  const descriptor = await client(as(token.address)).pushBlob(ref, content);
  assert.ok((await client().readBlob(ref, descriptor, { maxBytes: 100 })).length > 0);
  await rejection(client().pushBlob(ref, Buffer.from('intruder')), 'FLUX_E_OCI_UNAUTHORIZED');
});

test('token: a wrong password is the token server’s to refuse', async () => {
  const ref = parseReference(`${token.address}/team/app`);
  const error = await rejection(client(as(token.address, 'wrong')).tags(ref), 'FLUX_E_OCI_UNAUTHORIZED');
  assert.match(error.text, /\/token: status 401: UNAUTHORIZED: wrong password/);
});

test('token: an identity token of `docker login` is exchanged by POST', async () => {
  const identitytoken = token.tokens?.identityToken;
  const config = JSON.stringify({ auths: { [token.address]: { auth: '', identitytoken } } });
  const ref = parseReference(`${token.address}/team/identity`);
  const before = token.tokens?.requests.length ?? 0;
  assert.ok(await client({ credentials: credentialsOf([config]) }).pushBlob(ref, content));
  assert.equal(
    requests(before).map(({ method, user }) => ({ method, user })),
    [{ method: 'POST', user: username }],
  );
});

test('token: one that ended is replaced without a word', async () => {
  const ref = parseReference(`${token.address}/team/ended`);
  const user = client(as(token.address));
  const descriptor = await user.pushBlob(ref, content);
  assert.ok(token.tokens);
  token.tokens.lifetime = 0;
  // The registry refuses this one, also when it is new.
  await rejection(user.readBlob(ref, descriptor, { maxBytes: 100 }), 'FLUX_E_OCI_UNAUTHORIZED');
  token.tokens.lifetime = 300;
  assert.ok(await user.readBlob(ref, descriptor, { maxBytes: 100 }));
});

test('token: one that is about to end is replaced before it is refused', async () => {
  const ref = parseReference(`${token.address}/team/renewed`);
  const user = client(as(token.address));
  const descriptor = await user.pushBlob(ref, content);
  assert.ok(token.tokens);
  token.tokens.lifetime = 1;
  const before = token.tokens.requests.length;
  await user.readBlob(ref, descriptor, { maxBytes: 100 });
  await sleep(1000);
  token.tokens.lifetime = 300;
  await user.readBlob(ref, descriptor, { maxBytes: 100 });
  // The registry itself takes tokens for a minute longer.
  assert.is(token.tokens.requests.length - before, 2);
});

test('a shared memory saves the question who asks, and keeps the tokens of users apart', async () => {
  const front = await startFaultProxy(token.address);
  const memory = createRegistryMemory();
  const shared = (access: RegistryAccess) => createOciClient({ egress, access, memory, delayMs: 1 });
  const ref = parseReference(`${front.address}/team/shared`);
  await shared(as(front.address)).pushBlob(ref, content);
  front.forget();
  await shared(as(front.address)).pushBlob(ref, content);
  assert.equal(
    front.requests.map(({ method }) => method),
    ['HEAD'],
    'neither a 401 nor a new token',
  );
  await rejection(shared(as(front.address, 'wrong')).pushBlob(ref, content), 'FLUX_E_OCI_UNAUTHORIZED');
  await rejection(shared({}).pushBlob(ref, Buffer.from('intruder')), 'FLUX_E_OCI_UNAUTHORIZED');
  await front.stop();
});

test('who brings an own proxy cannot tell others where to send their passwords', async () => {
  const memory = createRegistryMemory();
  const proxy = await startProxy();
  const evil = await startFaultProxy(token.address);
  evil.intercept = (_request, response) => {
    response
      .writeHead(401, { 'www-authenticate': `Bearer realm="http://${evil.address}/token",service="x"` })
      .end();
    return true;
  };
  const ref = parseReference(`${evil.address}/team/app`);
  const attacker = createOciClient({ egress, memory, retries: 0, access: { proxy: { url: proxy.url } } });
  await rejection(attacker.tags(ref), 'FLUX_E_OCI_UNAUTHORIZED');
  evil.intercept = undefined;
  evil.forget();
  const victim = createOciClient({ egress, memory, access: as(evil.address) });
  await victim.pushBlob(ref, content);
  assert.equal(
    evil.requests.filter(({ path }) => path.startsWith('/token')),
    [],
  );
  await Promise.all([evil.stop(), proxy.close()]);
});

test('a token server with TLS works; a registry with TLS cannot name one without', async () => {
  const { ca = '', server: pair } = secure.certificates ?? {};
  assert.ok(
    await client({ tls: { ca }, ...as(secure.address) }).pushBlob(
      parseReference(`${secure.address}/team/app`),
      content,
    ),
  );
  assert.match(secure.tokens?.url ?? '', /^https:/);
  const before = token.tokens?.requests.length ?? 0;
  const server = createServer({ ...pair }, (_request, response) => {
    const realm = token.tokens?.url ?? '';
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="x"` }).end();
  });
  const address = `127.0.0.1:${await listen(server)}`;
  const error = await rejection(
    client({ tls: { ca }, ...as(address) }).tags(parseReference(`${address}/team/app`)),
    'FLUX_E_OCI_TOKEN',
  );
  assert.match(error.message, /must be an https:/);
  assert.equal(requests(before), []);
  server.close();
});

test('a registry behind a proxy that says http:// is still asked with TLS', async () => {
  const { ca = '', server: pair } = secure.certificates ?? {};
  const asked: string[] = [];
  const server = createServer({ ...pair }, async (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    await request.toArray();
    const host = request.headers.host ?? '';
    if (request.method === 'POST') response.writeHead(202, { location: `http://${host}/upload?state=1` });
    else if (request.method === 'PUT') response.writeHead(201);
    else if (request.method === 'HEAD') response.writeHead(404);
    else if (asked.length < 5)
      response.setHeader('link', `<http://${host}/v2/team/app/tags/list?last=a>; rel="next"`);
    response.end(request.method === 'GET' ? '{"tags":["a"]}' : '');
  });
  const ref = parseReference(`127.0.0.1:${await listen(server)}/team/app`);
  const user = client({ tls: { ca } });
  const { digest } = await user.pushBlob(ref, content);
  assert.equal(await user.tags(ref), ['a', 'a']);
  assert.is(asked[2], `PUT /upload?state=1&digest=${encodeURIComponent(digest)}`);
  server.close();
});

test('TLS: an authority that is not known is refused, also with insecure, and the way out is said', async () => {
  const ref = parseReference(`${secure.address}/team/app`);
  for (const access of [as(secure.address), { ...as(secure.address), insecure: true }]) {
    const error = await rejection(client(access).tags(ref), 'FLUX_E_OCI_NETWORK');
    assert.match(error.text, /certificate of .* is not trusted.*ca\.crt/);
  }
});

test('TLS: a client certificate is shown to a registry that wants one', async () => {
  const { ca = '', client: pair } = mutual.certificates ?? {};
  const ref = parseReference(`${mutual.address}/team/app`);
  assert.ok(await client({ tls: { ca, ...pair } }).pushBlob(ref, content));
  await rejection(client({ tls: { ca } }).tags(ref), 'FLUX_E_OCI_NETWORK');
});

test('a proxy is used where one is given', async () => {
  const proxy = await startProxy({ username: 'p', password: 'w' });
  const access = { tls: { ca: secure.certificates?.ca ?? '' }, ...as(secure.address) };
  const ref = parseReference(`${secure.address}/team/app`);
  const through = { url: proxy.url, username: 'p', password: 'w' };
  assert.ok(await client({ ...access, proxy: through }).pushBlob(ref, content));
  assert.ok(proxy.tunnels.includes(secure.address));
  await rejection(client({ ...access, proxy: { url: proxy.url } }).tags(ref), 'FLUX_E_OCI_NETWORK');
  await proxy.close();
});

test.after(async () => {
  await egress.close();
  await Promise.all([basic, token, secure, mutual].map((one) => one.stop()));
});

test.run();
