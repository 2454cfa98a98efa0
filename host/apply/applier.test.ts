import { sharedCluster } from '@flux-host/test/helpers/cluster.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { KubeObject } from '../kube/types.ts';
import {
  actions,
  configMap,
  configMaps,
  countCalls,
  deployment,
  group,
  openApplier,
  rejection,
  requestOf,
} from './testing.ts';

const cluster = await sharedCluster();
const { applier, client, close } = await openApplier(cluster);
const { client: counted, take } = countCalls(client);

const test = suite('apply');

test('a namespace, a kind and their objects can be in one set, in any order', async () => {
  const plural = `widgets${Math.random().toString(36).slice(2, 8)}`;
  const kind = plural.charAt(0).toUpperCase() + plural.slice(1);
  const name = `set-${plural}`;
  const objects: KubeObject[] = [
    { apiVersion: 'example.com/v1', kind, metadata: { name: 'one', namespace: name }, spec: { size: 1 } },
    configMap(name, 'settings'),
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.example.com` },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind, plural, singular: plural, listKind: `${kind}List` },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
  ];
  const result = await applier.apply(requestOf(client, objects));
  assert.equal(actions(result), [
    `CustomResourceDefinition/${plural}.example.com created`,
    `Namespace/${name} created`,
    'ConfigMap/settings created',
    `${kind}/one created`,
  ]);
  assert.equal(
    result.inventory.map(({ id, v }) => `${id} ${v}`),
    [
      `_${plural}.example.com_apiextensions.k8s.io_CustomResourceDefinition v1`,
      `_${name}__Namespace v1`,
      `${name}_settings__ConfigMap v1`,
      `${name}_one_example.com_${kind} v1`,
    ],
  );
});

test('an object is created, unchanged and configured, and carries the labels of its owner', async () => {
  const namespace = await cluster.namespace('apply');
  const apply = (data: Record<string, string>) =>
    applier.apply(requestOf(client, [configMap(namespace, 'c', { data })]));
  assert.equal(actions(await apply({ a: '1' })), ['ConfigMap/c created']);
  assert.equal(actions(await apply({ a: '1' })), ['ConfigMap/c unchanged']);
  assert.equal(actions(await apply({ b: '2' })), ['ConfigMap/c configured']);
  const live = await client.get(configMaps, { namespace, name: 'c' });
  assert.equal(live['data'], { b: '2' });
  assert.equal(live.metadata.labels, { [`${group}/name`]: 'app', [`${group}/namespace`]: 'flux-system' });
});

test('one invalid object keeps the others of its stage from being applied, and every invalid one is named', async () => {
  const namespace = await cluster.namespace('invalid');
  const bad = (name: string) => deployment(namespace, name, { replicas: -1 });
  const error = await rejection(
    applier.apply(requestOf(client, [configMap(namespace, 'fine'), bad('first'), bad('second')])),
  );
  assert.match(error.message, `Deployment/${namespace}/first dry-run failed (Invalid)`);
  assert.match(error.message, `Deployment/${namespace}/second dry-run failed (Invalid)`);
  assert.match(error.message, 'spec.replicas');
  assert.equal(error.changes, []);
  assert.is((await cluster.call(`/api/v1/namespaces/${namespace}/configmaps/fine`)).status, 404);
});

test('a new object costs two requests, a changed one that is known to exist two, one that did not change one', async () => {
  const namespace = await cluster.namespace('requests');
  const before = await applier.apply(
    requestOf(counted, [configMap(namespace, 'c'), deployment(namespace, 'd')]),
  );
  assert.equal(take().toSorted(), [
    'apply ConfigMap',
    'apply Deployment',
    'dry-run ConfigMap',
    'dry-run Deployment',
  ]);
  const { inventory } = before;
  const again = await applier.apply(
    requestOf(counted, [configMap(namespace, 'c'), deployment(namespace, 'd')], { inventory }),
  );
  assert.equal(actions(again), ['ConfigMap/c unchanged', 'Deployment/d unchanged']);
  assert.equal(take().toSorted(), ['get ConfigMap', 'get Deployment']);
  await applier.apply(requestOf(counted, [configMap(namespace, 'c', { data: { a: 'c' } })], { inventory }));
  assert.equal(take(), ['get ConfigMap', 'apply ConfigMap']);
});

test('a Service, quantities in another form and ports without protocol are unchanged the second time', async () => {
  const namespace = await cluster.namespace('forms');
  const resources = { requests: { cpu: 0.5, memory: '1024Mi' }, limits: { cpu: '1000m' } };
  const containers = [
    { name: 'web', image: 'x', resources, ports: [{ containerPort: 80 }], env: [{ name: 'A', value: 'b' }] },
  ];
  const labels = { app: 'd' };
  const objects = [
    deployment(namespace, 'd', { template: { metadata: { labels }, spec: { containers } } }),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's', namespace },
      spec: { selector: labels, ports: [{ name: 'http', port: 80 }] },
    },
  ];
  const { inventory } = await applier.apply(requestOf(client, objects));
  const again = await applier.apply(requestOf(counted, objects, { inventory }));
  assert.equal(actions(again), ['Service/s unchanged', 'Deployment/d unchanged']);
  assert.equal(take().toSorted(), ['get Deployment', 'get Service']);
});

test('a field that the repository dropped is removed, and a change by someone else is undone', async () => {
  const namespace = await cluster.namespace('undo');
  const { inventory } = await applier.apply(
    requestOf(client, [configMap(namespace, 'c', { data: { a: '1', b: '2' } })]),
  );
  const patch = { data: { a: 'other', mine: 'stays' } };
  await client.patch(configMaps, { namespace, name: 'c' }, patch, { type: 'merge', fieldManager: 'someone' });
  const result = await applier.apply(
    requestOf(client, [configMap(namespace, 'c', { data: { a: '1' } })], { inventory }),
  );
  assert.equal(actions(result), ['ConfigMap/c configured']);
  assert.equal((await client.get(configMaps, { namespace, name: 'c' }))['data'], { a: '1', mine: 'stays' });
});

test('a misspelt field of a built-in kind is dropped, as Flux does', async () => {
  const namespace = await cluster.namespace('typo');
  const containers = [{ name: 'web', image: 'x', imagepolicy: 'Never' }];
  const template = { metadata: { labels: { app: 'd' } }, spec: { containers } };
  const result = await applier.apply(
    requestOf(client, [deployment(namespace, 'd', { replica: 3, template })]),
  );
  assert.equal(actions(result), ['Deployment/d created']);
});

test.after(close);
test.run();
