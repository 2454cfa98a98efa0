import { sharedCluster } from '@flux-host/test/helpers/cluster.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isKube } from '../kube/errors.ts';
import { clientFromKubeconfig } from '../kube/load-client.ts';
import type { ApiResource, KubeObject } from '../kube/types.ts';
import { createApplier } from './create-applier.ts';
import { ApplyError } from './errors.ts';
import {
  actions,
  configMap,
  countCalls,
  deployment,
  failureOf,
  group,
  ownerOf,
  requestOf,
} from './testing.ts';

const cluster = await sharedCluster();
const client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
const { client: counted, take } = countCalls(client);
const applier = createApplier();

const configMaps: ApiResource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};
const secrets: ApiResource = { ...configMaps, kind: 'Secret', plural: 'secrets' };
const services: ApiResource = { ...configMaps, kind: 'Service', plural: 'services' };

async function rejection(promise: Promise<unknown>): Promise<ApplyError> {
  const error = await failureOf(promise);
  if (error instanceof ApplyError) return error;
  throw error;
}

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

test('a change of an immutable field names the field and the ways out', async () => {
  const namespace = await cluster.namespace('immutable');
  const other = { matchLabels: { app: 'other' } };
  const template = {
    metadata: { labels: { app: 'other' } },
    spec: { containers: [{ name: 'web', image: 'x' }] },
  };
  await applier.apply(requestOf(client, [deployment(namespace, 'd')]));
  const changed = deployment(namespace, 'd', { selector: other, template });
  const error = await rejection(applier.apply(requestOf(client, [changed])));
  assert.is(error.code, 'FLUX_E_APPLY_IMMUTABLE');
  assert.match(error.text, 'spec.selector cannot be changed in place');
  assert.match(error.text, 'spec.force: true');
});

test('with force, or its annotation, an object with a changed immutable field is replaced', async () => {
  const namespace = await cluster.namespace('force');
  const template = {
    metadata: { labels: { app: 'other' } },
    spec: { containers: [{ name: 'web', image: 'x' }] },
  };
  const changed = deployment(namespace, 'd', { selector: { matchLabels: { app: 'other' } }, template });
  await applier.apply(requestOf(client, [deployment(namespace, 'd')]));
  const forced = await applier.apply(requestOf(client, [changed], { force: true }));
  assert.equal(actions(forced), ['Deployment/d created']);
  const back = deployment(namespace, 'd');
  back.metadata.annotations = { [`${group}/force`]: 'Enabled' };
  const { inventory } = forced;
  assert.equal(actions(await applier.apply(requestOf(client, [back], { inventory }))), [
    'Deployment/d created',
  ]);
});

test('force does not delete an object whose replacement would be invalid as well', async () => {
  const namespace = await cluster.namespace('careful');
  await applier.apply(requestOf(client, [deployment(namespace, 'd')]));
  const broken = deployment(namespace, 'd', { replicas: -1 });
  const error = await rejection(applier.apply(requestOf(client, [broken], { force: true })));
  assert.is(error.code, 'FLUX_E_APPLY_REJECTED');
  assert.is((await cluster.call(`/apis/apps/v1/namespaces/${namespace}/deployments/d`)).status, 200);
});

test('an immutable Secret that changed is replaced with force, and its values are in no error without', async () => {
  const namespace = await cluster.namespace('secret');
  const secret = (password: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace },
    immutable: true,
    stringData: { password },
  });
  await applier.apply(requestOf(client, [secret('first')]));
  const error = await rejection(applier.apply(requestOf(client, [secret('second-value')])));
  assert.is(error.code, 'FLUX_E_APPLY_IMMUTABLE');
  await applier.apply(requestOf(client, [secret('second-value')], { force: true }));
  const live = await client.get(secrets, { namespace, name: 's' });
  assert.equal(live['data'], { password: Buffer.from('second-value').toString('base64') });
});

test('the value of a Secret that the API server quotes in its error is masked', async () => {
  const namespace = await cluster.namespace('masked');
  const data = { password: 'not*base64*at*all' };
  const error = await rejection(
    applier.apply(
      requestOf(client, [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace }, data }]),
    ),
  );
  assert.match(error.message, `Secret/${namespace}/s dry-run failed`);
  assert.not.match(`${error.stack} ${String(error.cause)}`, 'not*base64*at*all');
});

test('an object without a namespace, without a name or of an unknown kind is an error that tells the way out', async () => {
  const unnamed = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '', namespace: 'default' } };
  const noName = await failureOf(applier.apply(requestOf(client, [unnamed])));
  assert.match(noName.message, 'a ConfigMap of v1 has no metadata.name');
  const homeless = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } };
  const noNamespace = await rejection(applier.apply(requestOf(client, [homeless])));
  assert.match(
    noNamespace.text,
    'ConfigMap/c namespace not specified (hint: set metadata.namespace, or spec.targetNamespace',
  );
  const unknown = {
    apiVersion: 'nowhere.example.com/v1',
    kind: 'Nothing',
    metadata: { name: 'n', namespace: 'default' },
  };
  const noMatch = await rejection(applier.apply(requestOf(client, [unknown])));
  assert.is(noMatch.code, 'FLUX_E_APPLY_NO_MATCH');
  assert.match(noMatch.text, 'install its CRD first');
  const nowhere = await rejection(applier.apply(requestOf(client, [configMap('no-such-namespace', 'c')])));
  assert.match(
    nowhere.text,
    'ConfigMap/no-such-namespace/c not found: namespaces "no-such-namespace" not found',
  );
});

test('an identity without the right is told which right it lacks', async () => {
  const namespace = await cluster.namespace('denied');
  const tenant = client.impersonate({ user: `system:serviceaccount:${namespace}:tenant` });
  const error = await rejection(applier.apply(requestOf(tenant, [configMap(namespace, 'c')])));
  assert.is(error.code, 'FLUX_E_APPLY_FORBIDDEN');
  assert.match(error.text, `ConfigMap/${namespace}/c dry-run failed (Forbidden)`);
  assert.match(error.text, `system:serviceaccount:${namespace}:tenant" cannot patch resource "configmaps"`);
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
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'tenant', namespace },
    rules: [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['*'] },
      { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
    ],
  };
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'tenant', namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'tenant' },
    subjects: [{ kind: 'User', name: 'tenant', apiGroup: 'rbac.authorization.k8s.io' }],
  };
  await applier.apply(requestOf(client, [role, binding], { owner: ownerOf('rights') }));
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

test.after(async () => {
  applier.close();
  await client.close();
  await cluster.stop();
});
test.run();
