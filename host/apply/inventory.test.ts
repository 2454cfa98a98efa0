import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { difference, inventoryOf, merge, objectId, refOfEntry } from './inventory.ts';

const test = suite('inventory');

const binding = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  namespace: '',
  name: 'system:node:a_b',
};
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'apps', name: 'web' };
const service = { apiVersion: 'v1', kind: 'Service', namespace: 'apps', name: 'web' };

test('an entry is written as Flux writes it and names the same object when it is read', () => {
  assert.is(objectId(deployment), 'apps_web_apps_Deployment');
  assert.is(objectId(service), 'apps_web__Service');
  assert.is(objectId(binding), '_system__node__a_b_rbac.authorization.k8s.io_ClusterRoleBinding');
  for (const ref of [deployment, service, binding]) {
    const [entry] = inventoryOf([ref]);
    assert.equal(entry && refOfEntry(entry), ref);
  }
});

test('entries are in the order of applying, each object once', () => {
  const ids = inventoryOf([deployment, service, binding, service]).map(({ id }) => id);
  assert.equal(ids, [objectId(binding), objectId(service), objectId(deployment)]);
});

test('what is gone is told from what is served in another version', () => {
  const before = inventoryOf([service, { ...deployment, apiVersion: 'apps/v1beta1' }]);
  assert.equal(difference(before, inventoryOf([deployment])), inventoryOf([service]));
  assert.equal(merge(inventoryOf([deployment]), before).length, 2);
});

test('an entry that was broken by hand is an error that says so', () => {
  assert.throws(
    () => refOfEntry({ id: 'nonsense', v: 'v1' }),
    /unable to parse stored object metadata: nonsense/,
  );
});

test.run();
