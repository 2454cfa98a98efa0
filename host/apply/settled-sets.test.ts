import { setTimeout as sleep } from 'node:timers/promises';
import { sharedCluster } from '@flux-host/test/helpers/cluster.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clientFromKubeconfig } from '../kube/load-client.ts';
import { createApplier } from './create-applier.ts';
import { createDriftWatcher } from './drift/watcher.ts';
import { actions, configMap, countCalls, group, ownerOf, requestOf } from './testing.ts';
import type { ApplyRequest, ApplyResult } from './types.ts';

const cluster = await sharedCluster();
const client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
const { client: counted, take } = countCalls(client);
const configMaps = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const watcher = createDriftWatcher({ client, group, onDrift: () => {} });
const applier = createApplier({ tracker: watcher });

/** Two objects of a new owner that the tracker has come to know, and how to ask for them again. */
async function settledSet(name: string) {
  const namespace = await cluster.namespace(name);
  const objects = [configMap(namespace, 'a'), configMap(namespace, 'b')];
  const owner = ownerOf(name);
  let last: ApplyResult | undefined;
  const again = async (more: Partial<ApplyRequest> = {}) => {
    const inventory = last ? { inventory: last.inventory } : {};
    last = await applier.apply(
      requestOf(counted, objects, { owner, objectsDigest: 'first', ...inventory, ...more }),
    );
    return actions(last);
  };
  await again();
  const known = () => last?.inventory.every(({ id }) => watcher.recall(id));
  for (let attempt = 0; !known(); attempt += 1) {
    if (attempt > 500) throw new Error('the objects were not watched within ten seconds');
    await sleep(20);
  }
  take();
  return { namespace, again };
}

const untouched = ['ConfigMap/a unchanged', 'ConfigMap/b unchanged'];

const test = suite('settled sets');

test('a set that is what it was and that nobody touched is not looked at object by object', async () => {
  const { again } = await settledSet('whole');
  // Names what was applied: these objects are never read.
  assert.equal(await again({ objects: [] }), untouched);
  assert.equal(take(), []);
});

test('another set of the same owner is applied', async () => {
  const { namespace, again } = await settledSet('other');
  const objects = [configMap(namespace, 'a', { data: { a: 'new' } }), configMap(namespace, 'b')];
  assert.equal(await again({ objects, objectsDigest: 'second' }), [
    'ConfigMap/a configured',
    'ConfigMap/b unchanged',
  ]);
});

test('an object that somebody changed is put right', async () => {
  const { namespace, again } = await settledSet('touched');
  await client.patch(
    configMaps,
    { namespace, name: 'b' },
    { data: { a: 'by hand' } },
    { type: 'merge', fieldManager: 'hand' },
  );
  for (let attempt = 0; watcher.recall(`${namespace}_b__ConfigMap`) && attempt < 500; attempt += 1)
    await sleep(20);
  assert.equal(await again(), ['ConfigMap/a unchanged', 'ConfigMap/b configured']);
});

test('a field that is not left to others any more is put right', async () => {
  const { namespace, again } = await settledSet('ignore');
  const ignore = [{ paths: ['/data/a'] }];
  await client.patch(
    configMaps,
    { namespace, name: 'b' },
    { data: { a: 'by hand' } },
    { type: 'merge', fieldManager: 'hand' },
  );
  for (let attempt = 0; watcher.recall(`${namespace}_b__ConfigMap`) && attempt < 500; attempt += 1)
    await sleep(20);
  assert.equal(await again({ ignore }), untouched);
  assert.equal(await again(), ['ConfigMap/a unchanged', 'ConfigMap/b configured']);
});

test('an object that the inventory lacks is applied again', async () => {
  const { again } = await settledSet('inventory');
  assert.equal(await again({ inventory: [] }), untouched);
});

test('another identity does not take over the answer', async () => {
  const { again } = await settledSet('identity');
  await again({ identity: 'system:serviceaccount:apps:deployer' });
  assert.ok(take().length > 0, 'the API server was asked with its rights');
});

test.after(async () => {
  applier.close();
  watcher.close();
  await client.close();
  await cluster.stop();
});
test.run();
