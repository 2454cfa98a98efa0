import { sharedCluster } from '@flux-host/test/helpers/cluster.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { actions, configMap, configMaps, group, openApplier, requestOf } from './testing.ts';

const cluster = await sharedCluster();
const { applier, client, close } = await openApplier(cluster);

const test = suite('fields and objects that are left to others');

test('what kubectl applied is taken over: fields that the repository lacks go, and so does its annotation', async () => {
  const namespace = await cluster.namespace('kubectl');
  const last = 'kubectl.kubernetes.io/last-applied-configuration';
  const theirs = configMap(namespace, 'c', { data: { a: '1', theirs: 'x' }, annotations: { [last]: '{}' } });
  await client.create(configMaps, theirs, { fieldManager: 'kubectl-client-side-apply' });
  const result = await applier.apply(requestOf(client, [configMap(namespace, 'c', { data: { a: '1' } })]));
  assert.equal(actions(result), ['ConfigMap/c configured']);
  const live = await client.get(configMaps, { namespace, name: 'c' });
  assert.equal(live['data'], { a: '1' });
  assert.is(live.metadata.annotations, undefined);
  assert.equal(
    live.metadata.managedFields?.map(({ manager }) => manager),
    ['kustomize-controller'],
  );
});

test('with ssa: Merge what kubectl applied stays', async () => {
  const namespace = await cluster.namespace('merge');
  const theirs = configMap(namespace, 'c', { data: { theirs: 'x' } });
  await client.create(configMaps, theirs, { fieldManager: 'kubectl-client-side-apply' });
  const ours = configMap(namespace, 'c', { data: { a: '1' }, annotations: { [`${group}/ssa`]: 'merge' } });
  await applier.apply(requestOf(client, [ours]));
  assert.equal((await client.get(configMaps, { namespace, name: 'c' }))['data'], { a: '1', theirs: 'x' });
});

test('an object that says ssa: IfNotPresent is created and never changed', async () => {
  const namespace = await cluster.namespace('once');
  const once = (data: Record<string, string>) =>
    configMap(namespace, 'c', { data, annotations: { [`${group}/ssa`]: 'IfNotPresent' } });
  assert.equal(actions(await applier.apply(requestOf(client, [once({ a: '1' })]))), ['ConfigMap/c created']);
  assert.equal(actions(await applier.apply(requestOf(client, [once({ a: '2' })]))), ['ConfigMap/c skipped']);
  assert.equal((await client.get(configMaps, { namespace, name: 'c' }))['data'], { a: '1' });
});

test('an object that someone marked reconcile: disabled in the cluster is left alone and stays in the inventory', async () => {
  const namespace = await cluster.namespace('disabled');
  const { inventory } = await applier.apply(requestOf(client, [configMap(namespace, 'c')]));
  const annotations = { [`${group}/reconcile`]: 'Disabled' };
  await client.patch(configMaps, { namespace, name: 'c' }, { metadata: { annotations } }, { type: 'merge' });
  const changed = configMap(namespace, 'c', { data: { a: 'changed' } });
  const result = await applier.apply(requestOf(client, [changed], { inventory }));
  assert.equal(actions(result), ['ConfigMap/c skipped']);
  assert.equal(result.inventory, inventory);
  assert.equal((await client.get(configMaps, { namespace, name: 'c' }))['data'], { a: 'b' });
});

test('ignored fields keep their live values and are no reason to apply', async () => {
  const namespace = await cluster.namespace('ignore');
  const ignore = [{ paths: ['/data/theirs'], target: { kind: 'ConfigMap' } }];
  const ours = (a: string) => configMap(namespace, 'c', { data: { a, theirs: 'initial' } });
  const { inventory } = await applier.apply(requestOf(client, [ours('1')], { ignore }));
  await client.patch(configMaps, { namespace, name: 'c' }, { data: { theirs: 'tuned' } }, { type: 'merge' });
  const same = await applier.apply(requestOf(client, [ours('1')], { ignore, inventory }));
  assert.equal(actions(same), ['ConfigMap/c unchanged']);
  const changed = await applier.apply(requestOf(client, [ours('2')], { ignore, inventory }));
  assert.equal(actions(changed), ['ConfigMap/c configured']);
  assert.equal((await client.get(configMaps, { namespace, name: 'c' }))['data'], { a: '2', theirs: 'tuned' });
});

test.after(close);
test.run();
