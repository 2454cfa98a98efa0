import { sharedCluster, type TestCluster } from '@flux-host/test/helpers/cluster.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ConnectedClient } from './client.ts';
import { clientFromKubeconfig } from './load-client.ts';
import { createReflector } from './reflector.ts';
import { configMaps, reply, startFakeServer, statusBody } from './test/fake-server.ts';
import { createMirror } from './test/mirror.ts';
import type { KubeObject, StoreEvent } from './types.ts';

let cluster: TestCluster;
let client: ConnectedClient;

test.before(async () => {
  cluster = await sharedCluster();
  client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
});

test.after(async () => {
  await client.close();
  await cluster.stop();
});

function labelled(namespace: string, name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { seen: 'yes' } },
    data: { a: '1' },
  };
}

/** Starts a reflector and gives a way to wait for what it delivers. */
async function follow(namespace: string, onEvent: (event: StoreEvent<KubeObject>) => void = () => {}) {
  const stop = new AbortController();
  const seen: string[] = [];
  const errors: unknown[] = [];
  let wake = () => {};
  const reflector = createReflector<KubeObject>({
    client,
    resource: configMaps,
    namespace,
    labelSelector: 'seen=yes',
    transform: (object) => {
      delete object.metadata.managedFields;
      return object;
    },
    onEvent: (event) => {
      seen.push(`${event.type} ${event.object.metadata.name}`);
      wake();
      onEvent(event);
    },
    onError: (error) => errors.push(error),
  });
  await reflector.start(stop.signal);
  const until = async (count: number) => {
    while (seen.length < count)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  return { reflector, seen, errors, until, stop: () => stop.abort() };
}

test('the store holds what exists when start resolves, shrunk by the transform', async () => {
  const namespace = await cluster.namespace('reflector');
  await client.create(configMaps, labelled(namespace, 'present'));
  const { reflector, seen, stop } = await follow(namespace);
  assert.equal(seen, ['added present']);
  assert.is(reflector.store.size, 1);
  const stored = reflector.store.get({ namespace, name: 'present' });
  assert.equal(stored?.['data'], { a: '1' });
  assert.is(stored?.metadata.managedFields, undefined);
  assert.equal(reflector.store.list(namespace), [stored]);
  assert.equal(reflector.store.list('elsewhere'), []);
  stop();
});

test('changes arrive in order, and an object that loses its label counts as deleted', async () => {
  const namespace = await cluster.namespace('reflector');
  const { reflector, seen, until, stop } = await follow(namespace);
  await client.create(configMaps, labelled(namespace, 'one'));
  const key = { namespace, name: 'one' };
  await client.patch(configMaps, key, { data: { a: '2' } }, { type: 'merge' });
  await client.create(configMaps, labelled(namespace, 'two'));
  await client.patch(configMaps, key, { metadata: { labels: { seen: null } } }, { type: 'merge' });
  await until(4);
  assert.equal(seen, ['added one', 'updated one', 'added two', 'deleted one']);
  assert.equal(
    reflector.store.list().map((object) => object.metadata.name),
    ['two'],
  );
  stop();
});

test('a handler that throws is reported and misses nothing that follows', async () => {
  const namespace = await cluster.namespace('reflector');
  const broken = new Error('the handler is broken');
  const { seen, errors, until, stop } = await follow(namespace, () => {
    throw broken;
  });
  await client.create(configMaps, labelled(namespace, 'one'));
  await client.create(configMaps, labelled(namespace, 'two'));
  await until(2);
  assert.equal(seen, ['added one', 'added two']);
  assert.equal(errors, [broken, broken]);
  stop();
});

test('a metadata-only reflector holds the metadata under the right kind', async () => {
  const namespace = await cluster.namespace('reflector');
  await client.create(configMaps, labelled(namespace, 'present'));
  const stop = new AbortController();
  const reflector = createReflector({
    client,
    resource: configMaps,
    namespace,
    labelSelector: 'seen=yes',
    metadataOnly: true,
    onEvent() {},
  });
  await reflector.start(stop.signal);
  const [object] = reflector.store.list();
  assert.is(object?.kind, 'ConfigMap');
  assert.not('data' in (object ?? {}));
  stop.abort();
});

test('a server without streamed lists is listed, and what a watch swallowed is found, counted and repaired', async () => {
  const item = (name: string, version: string) => ({
    metadata: { name, namespace: 'x', uid: name, resourceVersion: version },
  });
  let lists = 0;
  const server = await startFakeServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://server').searchParams;
    if (query.has('sendInitialEvents'))
      reply(response, 422, statusBody(422, 'Invalid', 'sendInitialEvents is forbidden'));
    // A watch that never says anything.
    else if (query.has('watch')) response.writeHead(200).flushHeaders();
    else {
      lists += 1;
      // From the second list on there is another object, one is changed and one is gone.
      const items = lists === 1 ? [item('a', '1'), item('b', '1')] : [item('a', '2'), item('c', '2')];
      reply(response, 200, { metadata: { resourceVersion: String(lists) }, items });
    }
  });
  const stop = new AbortController();
  const mirror = createMirror();
  const events: string[] = [];
  const counted = Promise.withResolvers<number>();
  const repaired = Promise.withResolvers<void>();
  const reflector = createReflector({
    client: server.client(),
    resource: configMaps,
    resyncMs: 20,
    settleMs: 20,
    onMissed: counted.resolve,
    onEvent(event) {
      mirror.onEvent(event);
      events.push(`${event.type} ${event.object.metadata.name}`);
      if (events.length === 5) repaired.resolve();
    },
  });
  await reflector.start(stop.signal);
  assert.equal(events, ['added a', 'added b']);
  assert.is(await counted.promise, 3);
  await repaired.promise;
  assert.equal(events.slice(2), ['updated a', 'added c', 'deleted b']);
  assert.equal(mirror.contradictions, []);
  stop.abort();
  await server.close();
});

test('start rejects when it is aborted before the first list', async () => {
  const server = await startFakeServer((_request, response) =>
    reply(response, 403, statusBody(403, 'Forbidden', 'no')),
  );
  const stop = new AbortController();
  const reason = new Error('shut down');
  const reflector = createReflector({
    client: server.client(),
    resource: configMaps,
    onEvent() {},
    onError: () => stop.abort(reason),
  });
  const error = await reflector.start(stop.signal).catch((failure: unknown) => failure);
  assert.is(error, reason);
  assert.not(reflector.synced);
  await server.close();
});

test.run();
