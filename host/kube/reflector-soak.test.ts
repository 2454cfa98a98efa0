import { setTimeout as sleep } from 'node:timers/promises';
import { type OwnCluster, startCluster } from '@flux-host/test/helpers/cluster.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ConnectedClient, createClient } from './client.ts';
import { isKube } from './errors.ts';
import { clientFromKubeconfig } from './load-client.ts';
import { formatKey } from './object.ts';
import { createReflector } from './reflector.ts';
import { type ChaosProxy, startChaosProxy } from './test/chaos-proxy.ts';
import { configMaps } from './test/fake-server.ts';
import { createMirror, versionsOf } from './test/mirror.ts';
import type { KubeObject } from './types.ts';

const soakMs = 25_000;
const objects = 60;

let cluster: OwnCluster;
let direct: ConnectedClient;
let proxy: ChaosProxy;
let harmed: ConnectedClient;
let namespace: string;

test.before(async () => {
  cluster = await startCluster();
  namespace = await cluster.namespace('soak');
  direct = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
  proxy = await startChaosProxy(cluster.kubeconfig);
  harmed = createClient(
    { server: proxy.url, insecureSkipTlsVerify: false, namespace: '', user: {} },
    { watchIdleMs: 1_500 },
  );
});

test.after(async () => {
  await harmed.close();
  await proxy.close();
  await direct.close();
  await cluster.stop();
});

test('nothing is missed while watches break in every way and the API server restarts', async () => {
  const stop = new AbortController();
  const mirror = createMirror();
  let missed = 0;
  for (let index = 0; index < objects; index += 1) await write(index);
  const reflector = createReflector({
    client: harmed,
    resource: configMaps,
    namespace,
    resyncMs: 2_000,
    settleMs: 3_000,
    onEvent: mirror.onEvent,
    onMissed: (count) => {
      missed += count;
    },
  });
  await reflector.start(stop.signal);
  assert.ok(reflector.synced);
  assert.is(reflector.store.size, objects + 1, 'the namespace also has its CA bundle');

  const end = Date.now() + soakMs;
  const gone: string[] = [];
  const writers = [0, 1, 2, 3].map(async (part) => {
    // Every object belongs to one writer, which makes new ones, changes them, and deletes the oldest for good.
    const alive = Array.from({ length: objects / 4 }, (_, index) => part + 4 * index);
    for (let next = objects + part; Date.now() < end; next += 4) {
      await write(next);
      alive.push(next);
      await write(alive[next % alive.length] ?? next);
      const oldest = alive.shift() ?? next;
      await erase(oldest);
      gone.push(formatKey({ namespace, name: nameOf(oldest) }));
      await sleep(30);
    }
  });
  await sleep(soakMs / 2);
  await cluster.restartApiServer();
  await Promise.all(writers);
  proxy.calm();

  const expected = versionsOf((await direct.list(configMaps, { namespace })).items);
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline && !sameVersions(mirror.versions, expected)) await sleep(100);

  const sorted = (versions: Map<string, string>) => [...versions].sort(([a], [b]) => (a < b ? -1 : 1));
  assert.equal(sorted(mirror.versions), sorted(expected));
  assert.equal(sorted(versionsOf(reflector.store.list())), sorted(expected));
  assert.equal(mirror.contradictions, []);
  for (const key of gone) assert.not(mirror.versions.has(key), `the deletion of ${key} was seen`);
  for (let index = 0; index < objects; index += 1) {
    const key = formatKey({ namespace, name: nameOf(index) });
    assert.ok(mirror.deleted.has(key), `${key}, there from the start, was reported deleted`);
  }
  for (const [fate, times] of Object.entries(proxy.happened))
    assert.ok(times > 0, `the test caused no ${fate}`);
  // Two more audits, with nothing in their way.
  await sleep(2 * (2_000 * 1.5 + 3_000));
  assert.is(missed, 0);
  stop.abort();
});

function nameOf(index: number): string {
  return `object-${index}`;
}

let counter = 0;

async function write(index: number): Promise<void> {
  counter += 1;
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: nameOf(index), namespace },
    data: { counter: String(counter), filling: 'x'.repeat(2_000) },
  };
  await throughRestart(() => direct.apply(configMaps, object, { fieldManager: 'soak', force: true }));
}

async function erase(index: number): Promise<void> {
  await throughRestart(() =>
    direct.delete(configMaps, { namespace, name: nameOf(index) }).catch((error: unknown) => {
      if (!isKube(error, 'notFound')) throw error;
    }),
  );
}

async function throughRestart(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isKube(error, 'unreachable') && !isKube(error, 'serverFault') && !isKube(error, 'forbidden'))
        throw error;
      await sleep(100);
    }
  }
}

function sameVersions(a: Map<string, string>, b: Map<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, version]) => b.get(key) === version);
}

test.run();
