import { passwordFor } from '@flux-host/host/oci/credentials.ts';
import { registryRoute } from '@flux-host/host/oci/route.ts';
import { createEgress } from '@flux-host/host/sandbox/egress/egress.ts';
import { httpServer, type TestHttpServer } from '@flux-host/host/sandbox/testing/servers.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactPusher } from '../../helpers/oci/artifacts.ts';
import { startFaultProxy, startRegistry } from '../../helpers/registry.ts';
import { createCage } from '../guest/cage.ts';
import { type Answered, ask } from '../guest/http.ts';

/** A plugin that is let to an OCI registry with the login of a user, and wants more than its repository, or the login itself. */
const login = { username: 'flux', password: 'hunter2hunter2' };
const registry = await startRegistry({ auth: { kind: 'basic', ...login } });
const proxy = await startFaultProxy(registry.address);
const pusher = artifactPusher(registry.address, { login });
const egress = createEgress();
const cage = createCage({ egress });
let other: TestHttpServer;

test.before(async () => {
  await pusher.push('mine', 'v1', { files: { 'a.yaml': 'mine' } });
  await pusher.push('yours', 'v1', { files: { 'a.yaml': 'yours' } });
  other = await httpServer((request, response) => response.end(JSON.stringify(request.headers)));
});
test.before.each(() => {
  proxy.forget();
  proxy.intercept = undefined;
});
test.after(async () => {
  await cage.close();
  await egress.close();
  await pusher.close();
  await proxy.stop();
  await registry.stop();
  await other.close();
});

const base = `https://${proxy.address}/v2`;
const secret = Buffer.from(`${login.username}:${login.password}`).toString('base64');

function attempt(request: Parameters<typeof ask>[1], body?: string): Promise<Answered> {
  const route = registryRoute({
    egress,
    repository: { registry: proxy.address, name: 'mine' },
    access: { credentials: passwordFor(proxy.address, login.username, login.password) },
    retries: 0,
    signal: new AbortController().signal,
  });
  return ask(cage, request, {
    ...(body === undefined ? {} : { body }),
    egress: { allow: [proxy.address, other.address], registry: route },
  });
}

test('its own repository is read, with the login that it does not see', async () => {
  const answer = await attempt({ url: `${base}/mine/tags/list` });
  assert.is(answer.status, 200, answer.message);
  assert.is(proxy.requests.at(-1)?.headers.authorization, `Basic ${secret}`);
  assert.not.match(JSON.stringify(answer), secret);
});

/** Requests that are refused before the registry hears of them. */
const refused: Record<string, Parameters<typeof ask>[1]> = {
  'another repository': { url: `${base}/yours/tags/list` },
  'another repository, by dots': { url: `${base}/mine/../yours/tags/list` },
  'another repository, by encoded dots': { url: `${base}/mine/%2e%2e/yours/tags/list` },
  'a repository whose name begins like its own': { url: `${base}/mine-too/tags/list` },
  'the catalogue of all repositories': { url: `${base}/_catalog` },
  'something that is no API of registries': { url: `https://${proxy.address}/token` },
  'a deletion': { url: `${base}/mine/manifests/v1`, method: 'DELETE' },
  'an upload': { url: `${base}/mine/blobs/uploads/`, method: 'POST' },
  'an overwritten tag': { url: `${base}/mine/manifests/v1`, method: 'PUT' },
};
for (const [what, request] of Object.entries(refused)) {
  test(`${what} is refused, and the registry is not asked`, async () => {
    const { code } = await attempt(request, request.method ? '{}' : undefined);
    assert.match(code, /^FLUX_E_(OCI_ADDRESS|EGRESS_REQUEST)$/);
    assert.equal(proxy.requests, []);
  });
}

test('a login of its own does not take the place of the user’s', async () => {
  const answer = await attempt({
    url: `${base}/mine/tags/list`,
    headers: [
      ['Authorization', 'Basic bWluZQ=='],
      ['Cookie', 'a=b'],
    ],
  });
  assert.is(answer.status, 200, answer.message);
  const last = proxy.requests.at(-1)?.headers;
  assert.equal([last?.authorization, last?.cookie], [`Basic ${secret}`, undefined]);
});

test('the login is not sent in plain where the plugin asks for it, nor to another host', async () => {
  await attempt({ url: `http://${proxy.address}/v2/mine/tags/list` });
  assert.is(proxy.requests.at(-1)?.headers.authorization, undefined);
  await attempt({ url: `${other.url}/v2/mine/tags/list` });
  assert.is(other.seen.at(-1)?.headers.authorization, undefined);
});

test('a registry that sends somewhere else does not send the login along', async () => {
  proxy.intercept = (request, response) => {
    if (!request.headers.authorization) return false;
    response.writeHead(307, { location: `${other.url}/storage` }).end();
    return true;
  };
  const answer = await attempt({ url: `${base}/mine/blobs/sha256:${'0'.repeat(64)}` });
  assert.is(answer.status, 200, answer.message);
  assert.is(other.seen.at(-1)?.url, '/storage');
  assert.is(other.seen.at(-1)?.headers.authorization, undefined);
});

test('what a registry answers besides is not passed on: cookies, challenges', async () => {
  proxy.intercept = (_request, response) => {
    response
      .writeHead(200, { 'set-cookie': 'session=1', 'x-token': 'abc', 'content-type': 'text/plain' })
      .end('x');
    return true;
  };
  const { headers = [] } = await attempt({ url: `${base}/mine/tags/list` });
  assert.equal(
    headers.map(([name]) => name).filter((name) => !/^content-/.test(name)),
    [],
  );
});

test('a plugin that was not granted the registry has no way of it', async () => {
  const { code } = await ask(
    cage,
    { url: `${base}/mine/tags/list` },
    { egress: { allow: ['registry.example.com'] } },
  );
  assert.is(code, 'FLUX_E_EGRESS_DENIED');
  assert.equal(proxy.requests, []);
});

test.run();
