import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster } from '@flux-host/test/helpers/cluster.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clientFromKubeconfig } from '../kube/load-client.ts';
import { formatRef } from '../kube/object.ts';
import type { ApiResource } from '../kube/types.ts';
import { createApplier } from './create-applier.ts';
import { createDriftWatcher } from './drift/watcher.ts';
import { configMap, deployment, failureOf, group, requestOf } from './testing.ts';

const cluster = await startCluster();
const client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
const configMaps: ApiResource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};
const drifts: string[] = [];
const watcher = createDriftWatcher({
  client,
  group,
  onDrift: (_owner, object) => drifts.push(formatRef(object)),
});
const applier = createApplier({ tracker: watcher });

const test = suite('an API server that goes away');

test('in the middle of an apply delays it and does not fail it', async () => {
  const namespace = await cluster.namespace('restart');
  const objects = Array.from({ length: 300 }, (_, index) => configMap(namespace, `c${index}`));
  const applying = applier.apply(requestOf(client, objects, { stageTimeoutMs: 60_000 }));
  await sleep(100);
  await cluster.restartApiServer();
  const { changes } = await applying;
  assert.is(changes.length, 300);
  assert.is((await client.list(configMaps, { namespace, labelSelector: `${group}/name` })).items.length, 300);
});

test('during a health check does not end it', async () => {
  const namespace = await cluster.namespace('waiting');
  await applier.apply(requestOf(client, [deployment(namespace, 'd', { paused: true })]));
  const waiting = applier.wait({
    client,
    objects: [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'd' }],
    timeoutMs: 120_000,
    failFast: true,
    signal: new AbortController().signal,
  });
  await cluster.restartApiServer();
  await applier.apply(requestOf(client, [deployment(namespace, 'd')]));
  await waiting;
});

test('hides no change that was made when it came back', async () => {
  const namespace = await cluster.namespace('drift');
  await applier.apply(requestOf(client, [configMap(namespace, 'c')]));
  while (!watcher.recall(`${namespace}_c__ConfigMap`)) await sleep(20);
  await cluster.restartApiServer();
  await client.delete(configMaps, { namespace, name: 'c' });
  for (let attempt = 0; !drifts.includes(`ConfigMap/${namespace}/c`); attempt++) {
    assert.ok(attempt < 300, 'the deletion is reported within half a minute');
    await sleep(100);
  }
});

test('for longer than the stage timeout is an error that says so', async () => {
  await cluster.stopApiServer();
  const error = await failureOf(
    applier.apply(requestOf(client, [configMap('default', 'c')], { stageTimeoutMs: 500 })),
  );
  assert.match(error.message, 'ConfigMap/default/c');
  assert.match(error.message, 'no answer from the API server');
});

test.after(async () => {
  applier.close();
  watcher.close();
  await client.close();
  await cluster.stop();
});
test.run();
