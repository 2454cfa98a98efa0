import { sharedCluster } from '@flux-host/test/helpers/cluster.ts';
import { giveRights } from '@flux-host/test/helpers/rights.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isKube } from '../kube/errors.ts';
import {
  actions,
  configMap,
  configMaps,
  failureOf,
  group,
  openApplier,
  ownerOf,
  requestOf,
  services,
} from './testing.ts';

const cluster = await sharedCluster();
const { applier, client, close } = await openApplier(cluster);

const test = suite('delete what nobody wants any more');

test('objects that an owner no longer wants are deleted in reverse order; others are left alone', async () => {
  const namespace = await cluster.namespace('prune');
  const owner = ownerOf('pruner');
  const keep = configMap(namespace, 'kept', { annotations: { [`${group}/prune`]: 'disabled' } });
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's', namespace },
    spec: { ports: [{ port: 80 }] },
  };
  const { inventory } = await applier.apply(
    requestOf(client, [service, configMap(namespace, 'gone'), keep, configMap(namespace, 'taken')], {
      owner,
    }),
  );
  await applier.apply(requestOf(client, [configMap(namespace, 'taken')], { owner: ownerOf('other') }));
  const missing = { id: `${namespace}_absent__ConfigMap`, v: 'v1' };
  const unserved = { id: `${namespace}_absent_gone.example.com_Thing`, v: 'v1' };
  const signal = new AbortController().signal;
  const result = await applier.prune({ owner, client, entries: [...inventory, missing, unserved], signal });
  assert.equal(actions(result)[0], 'Thing/absent deleted');
  assert.equal(actions(result)[1], 'Service/s deleted');
  assert.equal(actions(result).slice(2).toSorted(), [
    'ConfigMap/absent deleted',
    'ConfigMap/gone deleted',
    'ConfigMap/kept skipped',
    'ConfigMap/taken skipped',
  ]);
  assert.equal(result.failed, []);
  const left = await client.list(configMaps, { namespace, labelSelector: `${group}/name` });
  assert.equal(left.items.map(({ metadata }) => metadata.name).toSorted(), ['kept', 'taken']);
  assert.ok(isKube(await failureOf(client.get(services, { namespace, name: 's' })), 'notFound'));
});

test('an object that may not be deleted is reported and the others are deleted', async () => {
  const namespace = await cluster.namespace('stuck');
  const { inventory } = await applier.apply(
    requestOf(client, [
      configMap(namespace, 'a'),
      { ...configMap(namespace, 'b', { data: {} }), kind: 'Secret' },
    ]),
  );
  await giveRights(cluster, {
    user: 'tenant',
    namespace,
    rules: [
      { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
      { apiGroups: [''], resources: ['configmaps'], verbs: ['*'] },
    ],
  });
  const tenant = client.impersonate({ user: 'tenant' });
  const signal = new AbortController().signal;
  const result = await applier.prune({ owner: ownerOf('app'), client: tenant, entries: inventory, signal });
  assert.equal(actions(result).toSorted(), ['ConfigMap/a deleted', 'Secret/b unknown']);
  assert.equal(
    result.failed.map(({ entry }) => entry.id),
    [`${namespace}_b__Secret`],
  );
  assert.match(result.failed[0]?.error.message ?? '', 'cannot delete resource "secrets"');
});

test.after(close);
test.run();
