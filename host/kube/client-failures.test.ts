import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../errors/flux-error.ts';
import { createClient } from './client.ts';
import { isKube, KubeError } from './errors.ts';
import { configMaps, type FakeServer, reply, startFakeServer, statusBody } from './test/fake-server.ts';
import type { KubeObject } from './types.ts';

let server: FakeServer | undefined;

test.after.each(async () => {
  await server?.close();
  server = undefined;
});

const key = { namespace: 'apps', name: 'web' };
const object: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...key } };

async function failureOf(work: Promise<unknown>): Promise<KubeError> {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (error instanceof KubeError) return error;
  throw error ?? new Error('it should have failed');
}

test('a throttled request is repeated when the server allows it, a create too', async () => {
  server = await startFakeServer((_request, response, count) => {
    if (count <= 2)
      reply(response, 429, statusBody(429, 'TooManyRequests', 'slow down'), { 'retry-after': '0' });
    else reply(response, 201, object);
  });
  const created = await server.client().create(configMaps, object);
  assert.is(created.metadata.name, 'web');
  assert.is(server.seen.length, 3);
});

test('endless throttling ends as an error that says so', async () => {
  server = await startFakeServer((_request, response) =>
    reply(response, 429, statusBody(429, 'TooManyRequests', 'slow down'), { 'retry-after': '0' }),
  );
  const error = await failureOf(server.client().get(configMaps, key));
  assert.ok(error.tooManyRequests);
  assert.is(error.code, 'FLUX_E_KUBE_THROTTLED');
  assert.is(server.seen.length, 10);
});

test('a server error without Retry-After is final, one with it is not', async () => {
  server = await startFakeServer((_request, response, count) =>
    reply(
      response,
      count === 1 ? 500 : 503,
      statusBody(500, 'InternalError', 'boom'),
      count === 1 || count > 2 ? {} : { 'retry-after': '0' },
    ),
  );
  const client = server.client();
  await failureOf(client.get(configMaps, key));
  assert.is(server.seen.length, 1);
  await failureOf(client.get(configMaps, key));
  assert.is(server.seen.length, 3);
});

test('a lost connection repeats an apply but never a create', async () => {
  server = await startFakeServer((request, response, count) => {
    if (request.method === 'POST' || count === 1) request.socket.destroy();
    else reply(response, 200, object);
  });
  const client = server.client();
  await client.apply(configMaps, object, { fieldManager: 'tester' });
  assert.is(server.seen.length, 2);
  const error = await failureOf(client.create(configMaps, object));
  assert.ok(error.unreachable);
  assert.ok(error.sent);
  assert.is(server.seen.length, 3);
});

test('a delete whose answer was lost succeeds though the object is gone by then', async () => {
  server = await startFakeServer((request, response, count) => {
    if (count === 1) request.socket.destroy();
    else
      reply(response, 404, {
        ...statusBody(404, 'NotFound', 'configmaps "web" not found'),
        details: { name: 'web' },
      });
  });
  await server.client().delete(configMaps, key);
  assert.is(server.seen.length, 2);
});

test('a refused connection names the server and a way out', async () => {
  const gone = await startFakeServer(() => {});
  await gone.close();
  const client = createClient({ server: gone.url, insecureSkipTlsVerify: false, namespace: '', user: {} });
  const error = await failureOf(client.create(configMaps, object));
  await client.close();
  assert.ok(error.unreachable);
  assert.not(error.sent);
  assert.match(error.message, new URL(gone.url).host);
  assert.ok(error.hint);
});

test('an abort ends the wait for a retry', async () => {
  const abort = new AbortController();
  server = await startFakeServer((_request, response) => {
    reply(response, 429, statusBody(429, 'TooManyRequests', 'slow down'), { 'retry-after': '3600' });
    setTimeout(() => abort.abort(new Error('enough')), 10);
  });
  const error = await server
    .client()
    .get(configMaps, key, { signal: abort.signal })
    .catch((failure: unknown) => failure);
  assert.instance(error, Error);
  assert.match(String(error), 'enough');
});

test('a server that accepts and never answers is unreachable, not an abort', async () => {
  server = await startFakeServer(() => {});
  const error = await failureOf(server.client({ timeoutMs: 100 }).create(configMaps, object));
  assert.ok(error.unreachable);
});

test('a list whose continue token expires starts again and is complete', async () => {
  server = await startFakeServer((request, response, count) => {
    const items = (...names: string[]) => names.map((name) => ({ metadata: { name } }));
    if (count === 1)
      reply(response, 200, { metadata: { resourceVersion: '5', continue: 'token' }, items: items('a') });
    else if (request.url?.includes('continue')) reply(response, 410, statusBody(410, 'Expired', 'too old'));
    else reply(response, 200, { metadata: { resourceVersion: '9' }, items: items('a', 'b') });
  });
  const list = await server.client().list(configMaps);
  assert.equal(
    list.items.map((item) => item.metadata.name),
    ['a', 'b'],
  );
  assert.is(list.resourceVersion, '9');
});

test('a page that is no API server is called that', async () => {
  server = await startFakeServer((_request, response) => response.end('<html>Sign in</html>'));
  const error = await failureOf(server.client().get(configMaps, key));
  assert.is(error.code, 'FLUX_E_KUBE_MALFORMED');
});

test('an answer larger than allowed is refused', async () => {
  server = await startFakeServer((_request, response) => reply(response, 200, { data: 'x'.repeat(10_000) }));
  const error = await failureOf(server.client({ maxBodyBytes: 1_000 }).get(configMaps, key));
  assert.is(error.code, 'FLUX_E_KUBE_MALFORMED');
});

test('an error event ends a watch with the typed error', async () => {
  server = await startFakeServer((_request, response) => {
    response.end(`${JSON.stringify({ type: 'ERROR', object: statusBody(410, 'Expired', 'too old') })}\n`);
  });
  const client = server.client();
  const watching = async () => {
    for await (const _ of client.watch(configMaps, {}));
  };
  assert.ok(isKube(await failureOf(watching()), 'gone'));
});

test('a silent watch ends without an event, so that the next one tells whether the server is there', async () => {
  server = await startFakeServer((_request, response) => {
    response.writeHead(200);
    response.flushHeaders();
  });
  const client = server.client({ watchIdleMs: 100 });
  const events: unknown[] = [];
  for await (const event of client.watch(configMaps, {})) events.push(event);
  assert.equal(events, []);
});

test('kinds are discovered one group at a time where aggregated discovery is not served', async () => {
  const documents: Record<string, object> = {
    '/api': { kind: 'APIVersions', versions: ['v1'] },
    '/apis': {
      kind: 'APIGroupList',
      groups: [
        {
          name: 'apps',
          versions: [{ groupVersion: 'apps/v1beta1' }, { groupVersion: 'apps/v1' }],
          preferredVersion: { groupVersion: 'apps/v1' },
        },
        { name: 'broken.io', versions: [{ groupVersion: 'broken.io/v1' }] },
      ],
    },
    '/api/v1': {
      resources: [
        { name: 'pods', kind: 'Pod', namespaced: true },
        { name: 'pods/log', kind: 'Pod', namespaced: true },
      ],
    },
    '/apis/apps/v1': { resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true }] },
    '/apis/apps/v1beta1': { resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true }] },
  };
  server = await startFakeServer((request, response) => {
    const found = documents[request.url ?? ''];
    if (found) reply(response, 200, found);
    else reply(response, 503, statusBody(503, 'ServiceUnavailable', 'down'));
  });
  const all = await server.client().resources();
  assert.equal(
    all.map(({ group, version, plural }) => `${group}/${version}/${plural}`),
    ['/v1/pods', 'apps/v1/deployments', 'apps/v1beta1/deployments'],
  );
});

test('a watch that sends more than is allowed ends with an error, so that nobody keeps it all', async () => {
  const event = `${JSON.stringify({ type: 'ADDED', object })}\n`;
  server = await startFakeServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    for (let sent = 0; sent < 5000; sent += event.length) response.write(event);
  });
  const client = server.client({ maxWatchBytes: 1000 });
  const read = async () => {
    for await (const _event of client.watch(configMaps, {}));
  };
  const error = await failureOf(read());
  assert.is(error.code, 'FLUX_E_KUBE_MALFORMED');
  assert.match(error.message, /larger than allowed/);
});

test('the name of a server is looked up by the given function, and nothing is sent where that leads nowhere', async () => {
  server = await startFakeServer((_request, response) => reply(response, 200, object));
  const asked: string[] = [];
  const config = { server: server.url.replace('127.0.0.1', 'cluster.test'), insecureSkipTlsVerify: false };
  const client = (address: string | undefined) =>
    createClient(
      { ...config, namespace: '', user: {} },
      {
        lookup(name, { all }, callback) {
          asked.push(name);
          if (!address) callback(new FluxError('FLUX_E_KUBECONFIG', `${name} is off limits`), []);
          else if (all) callback(null, [{ address, family: 4 }]);
          else callback(null, address, 4);
        },
      },
    );
  const allowed = client('127.0.0.1');
  await allowed.get(configMaps, key);
  await allowed.close();
  assert.equal([asked, server.seen.length], [['cluster.test'], 1]);
  const refused = client(undefined);
  const error: unknown = await refused.get(configMaps, key).catch((caught: unknown) => caught);
  await refused.close();
  assert.match(String(error), /cluster\.test is off limits/);
  assert.is(server.seen.length, 1);
});

test('a token that expires is asked for again when the server refuses it', async () => {
  let tokens = 0;
  server = await startFakeServer((request, response) =>
    request.headers.authorization === 'Bearer token-2'
      ? reply(response, 200, object)
      : reply(response, 401, statusBody(401, 'Unauthorized', 'Unauthorized')),
  );
  const bearer = { get: async () => `token-${tokens + 1}`, invalidate: () => void tokens++ };
  const client = server.client({ user: { bearer } });
  await client.get(configMaps, key);
  assert.is(server.seen.length, 2);
});

test.run();
