import { setTimeout as sleep } from 'node:timers/promises';
import { sharedCluster } from '@flux-host/test/helpers/cluster.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clientFromKubeconfig } from '../../kube/load-client.ts';
import { formatRef } from '../../kube/object.ts';
import type { ApiResource, KubeClient } from '../../kube/types.ts';
import { createApplier } from '../create-applier.ts';
import { actions, configMap, countCalls, deployment, group, ownerOf, requestOf } from '../testing.ts';
import type { ApplyOwner } from '../types.ts';
import { createDriftWatcher } from './watcher.ts';

const cluster = await sharedCluster();
const client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
const { client: counted, take } = countCalls(client);
const configMaps: ApiResource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};
const deployments: ApiResource = { ...configMaps, group: 'apps', kind: 'Deployment', plural: 'deployments' };

let drifts: string[] = [];
const watcher = createDriftWatcher({
  client,
  group,
  onDrift: (owner, object) => drifts.push(`${owner.name}: ${formatRef(object)}`),
});
const applier = createApplier({ tracker: watcher });

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let attempt = 0; !holds(); attempt++) {
    if (attempt > 500)
      throw new Error(`${what} did not happen within ten seconds; drifts: ${drifts.join(', ')}`);
    await sleep(20);
  }
}

/** Applies for an owner until it is remembered, and then forgets calls and drifts so far. */
async function settled(owner: ApplyOwner, ...objects: Parameters<typeof requestOf>[1]): Promise<void> {
  const request = requestOf(counted, objects, { owner });
  const { inventory } = await applier.apply(request);
  await until('the first list', () => inventory.every(({ id }) => watcher.recall(id) !== undefined));
  // Events that are on their way shall have arrived: each is answered by one that the test makes itself.
  await sleep(100);
  take();
  drifts = [];
}

const test = suite('drift watcher');

test('objects that nobody touched cost no request', async () => {
  const namespace = await cluster.namespace('quiet');
  const owner = ownerOf('quiet');
  const objects = [configMap(namespace, 'a'), configMap(namespace, 'b'), deployment(namespace, 'd')];
  await settled(owner, ...objects);
  const result = await applier.apply(requestOf(counted, objects, { owner }));
  assert.equal(actions(result), ['ConfigMap/a unchanged', 'ConfigMap/b unchanged', 'Deployment/d unchanged']);
  assert.equal(take(), []);
  assert.equal(drifts, []);
});

test('of many objects only the one that changed in the repository costs requests: one', async () => {
  const namespace = await cluster.namespace('one');
  const owner = ownerOf('one');
  await settled(owner, configMap(namespace, 'a'), configMap(namespace, 'b'));
  const changed = [configMap(namespace, 'a'), configMap(namespace, 'b', { data: { a: 'new' } })];
  assert.equal(actions(await applier.apply(requestOf(counted, changed, { owner }))), [
    'ConfigMap/a unchanged',
    'ConfigMap/b configured',
  ]);
  assert.equal(take(), ['apply ConfigMap']);
  await sleep(100);
  assert.equal(drifts, [], 'an own change is no drift');
});

test('an own change is no drift even when its event comes before its answer', async () => {
  const namespace = await cluster.namespace('race');
  const owner = ownerOf('race');
  await settled(owner, configMap(namespace, 'c'));
  const slow: KubeClient = {
    ...client,
    async apply(...args: Parameters<KubeClient['apply']>) {
      const answer = await client.apply<never>(...args);
      await sleep(150);
      return answer;
    },
  };
  await applier.apply(requestOf(slow, [configMap(namespace, 'c', { data: { a: 'new' } })], { owner }));
  await sleep(100);
  assert.equal(drifts, []);
  assert.ok(watcher.recall(`${namespace}_c__ConfigMap`));
});

test('a change that someone makes while an apply is under way is reported', async () => {
  const namespace = await cluster.namespace('meanwhile');
  const owner = ownerOf('meanwhile');
  await settled(owner, configMap(namespace, 'c'));
  const disturbed: KubeClient = {
    ...client,
    async apply(...args: Parameters<KubeClient['apply']>) {
      const answer = await client.apply<never>(...args);
      await client.delete(configMaps, { namespace, name: 'c' });
      await sleep(150);
      return answer;
    },
  };
  await applier.apply(requestOf(disturbed, [configMap(namespace, 'c', { data: { a: 'new' } })], { owner }));
  await until('the report', () => drifts.includes(`meanwhile: ConfigMap/${namespace}/c`));
});

test('an object that was found healthy and did not change since is healthy without a request', async () => {
  const namespace = await cluster.namespace('healthy');
  const owner = ownerOf('healthy');
  await settled(owner, deployment(namespace, 'd'));
  const request = {
    client: counted,
    objects: [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'd' }],
    timeoutMs: 60_000,
    failFast: true,
    signal: new AbortController().signal,
  };
  await applier.wait(request);
  await sleep(200);
  await applier.wait(request);
  await sleep(200);
  take();
  await applier.wait({ ...request, identity: 'one that shares no watch' });
  assert.equal(take(), []);
});

test('a deleted object is reported and comes back', async () => {
  const namespace = await cluster.namespace('deleted');
  const owner = ownerOf('deleted');
  await settled(owner, configMap(namespace, 'c'));
  await client.delete(configMaps, { namespace, name: 'c' });
  await until('the report', () => drifts.includes(`deleted: ConfigMap/${namespace}/c`));
  const result = await applier.apply(requestOf(counted, [configMap(namespace, 'c')], { owner }));
  assert.equal(actions(result), ['ConfigMap/c created']);
});

test('an edited object is reported and set right', async () => {
  const namespace = await cluster.namespace('edited');
  const owner = ownerOf('edited');
  await settled(owner, configMap(namespace, 'c'));
  await client.patch(
    configMaps,
    { namespace, name: 'c' },
    { data: { a: 'x' } },
    { type: 'merge', fieldManager: 'me' },
  );
  await until('the report', () => drifts.includes(`edited: ConfigMap/${namespace}/c`));
  assert.equal(actions(await applier.apply(requestOf(client, [configMap(namespace, 'c')], { owner }))), [
    'ConfigMap/c configured',
  ]);
  assert.equal((await client.get(configMaps, { namespace, name: 'c' }))['data'], { a: 'b' });
});

test('two edits within a second are both reported', async () => {
  const namespace = await cluster.namespace('twice');
  const owner = ownerOf('twice');
  await settled(owner, configMap(namespace, 'c'));
  for (const a of ['x', 'y']) {
    drifts = [];
    await client.patch(
      configMaps,
      { namespace, name: 'c' },
      { data: { a } },
      { type: 'merge', fieldManager: 'me' },
    );
    await until(`the report of ${a}`, () => drifts.length > 0);
    await applier.apply(requestOf(client, [configMap(namespace, 'c')], { owner }));
  }
  assert.equal((await client.get(configMaps, { namespace, name: 'c' }))['data'], { a: 'b' });
});

test('an object that lost the label of its owner is reported, and gets it back', async () => {
  const namespace = await cluster.namespace('label');
  const owner = ownerOf('label');
  await settled(owner, configMap(namespace, 'c'));
  const labels = { [`${group}/name`]: null, [`${group}/namespace`]: null };
  await client.patch(configMaps, { namespace, name: 'c' }, { metadata: { labels } }, { type: 'merge' });
  await until('the report', () => drifts.includes(`label: ConfigMap/${namespace}/c`));
  await applier.apply(requestOf(client, [configMap(namespace, 'c')], { owner }));
  const live = await client.get(configMaps, { namespace, name: 'c' });
  assert.is(live.metadata.labels?.[`${group}/name`], 'label');
});

test('what a Deployment reports while it becomes ready is no drift and costs no request', async () => {
  const namespace = await cluster.namespace('rollout');
  const owner = ownerOf('rollout');
  await applier.apply(requestOf(client, [deployment(namespace, 'd')], { owner }));
  await applier.wait({
    client,
    objects: [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'd' }],
    timeoutMs: 60_000,
    failFast: true,
    signal: new AbortController().signal,
  });
  await sleep(100);
  take();
  const result = await applier.apply(requestOf(counted, [deployment(namespace, 'd')], { owner }));
  assert.equal(actions(result), ['Deployment/d unchanged']);
  assert.equal(take(), []);
  assert.not.ok(drifts.includes(`rollout: Deployment/${namespace}/d`));
  await client.patch(deployments, { namespace, name: 'd' }, { spec: { replicas: 2 } }, { type: 'merge' });
  await until('the report of a real change', () => drifts.includes(`rollout: Deployment/${namespace}/d`));
});

test('an object of an owner that is gone is not watched any more', async () => {
  const namespace = await cluster.namespace('untracked');
  const owner = ownerOf('untracked');
  await settled(owner, configMap(namespace, 'c'));
  const before = watcher.size.tracked;
  applier.forget(owner);
  assert.is(watcher.size.tracked, before - 1);
  await client.delete(configMaps, { namespace, name: 'c' });
  await sleep(100);
  assert.equal(drifts, []);
});

test('what one identity applied is not taken for applied by another', async () => {
  const namespace = await cluster.namespace('identity');
  const owner = ownerOf('identity');
  await settled(owner, configMap(namespace, 'c'));
  await applier.apply(requestOf(counted, [configMap(namespace, 'c')], { owner, identity: 'tenant' }));
  assert.ok(take().length > 0);
});

test.after(async () => {
  applier.close();
  watcher.close();
  await client.close();
  await cluster.stop();
});
test.run();
