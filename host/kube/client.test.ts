import { sharedCluster, type TestCluster } from '@flux-host/test/helpers/cluster.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ConnectedClient, createClient } from './client.ts';
import { clusterFromContext } from './cluster.ts';
import { KubeError } from './errors.ts';
import { readKubeconfig } from './kubeconfig.ts';
import { clientFromKubeconfig } from './load-client.ts';
import type { RequestRecord } from './rest.ts';
import { startConnectProxy } from './test/connect-proxy.ts';
import { configMaps } from './test/fake-server.ts';
import type { ApiResource, KubeObject } from './types.ts';

let cluster: TestCluster;
let client: ConnectedClient;
let namespace: string;
const records: RequestRecord[] = [];
const warnings: string[] = [];

interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

const crds: ApiResource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

function configMap(name: string, data: Record<string, string> = {}): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
}

async function failureOf(work: Promise<unknown>): Promise<KubeError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof KubeError) return error;
    throw error;
  }
  throw new Error('it should have failed');
}

test.before(async () => {
  cluster = await sharedCluster();
  namespace = await cluster.namespace('kube-client');
  client = await clientFromKubeconfig({
    kubeconfig: cluster.kubeconfig,
    onRequest: (record) => records.push(record),
    onWarning: (text) => warnings.push(text),
  });
});

test.after(async () => {
  await client.close();
  await cluster.stop();
});

test('an applied object can be read back and the field manager owns its fields', async () => {
  const applied = await client.apply<ConfigMap>(configMaps, configMap('applied', { a: '1' }), {
    fieldManager: 'tester',
  });
  const read = await client.get<ConfigMap>(configMaps, { namespace, name: 'applied' });
  assert.equal(read, applied);
  assert.equal(read.data, { a: '1' });
  assert.is(read.metadata.managedFields?.[0]?.manager, 'tester');
  assert.is(read.metadata.managedFields?.[0]?.operation, 'Apply');
});

test('a dry run validates and stores nothing', async () => {
  const dry = await client.apply<ConfigMap>(configMaps, configMap('dry', { a: '1' }), {
    fieldManager: 'tester',
    dryRun: true,
  });
  assert.equal(dry.data, { a: '1' });
  const error = await failureOf(client.get(configMaps, { namespace, name: 'dry' }));
  assert.ok(error.notFound);
  assert.not(error.noMatch);
  assert.is(error.code, 'FLUX_E_KUBE_NOT_FOUND');
  assert.is(error.message, `cannot get ConfigMap/${namespace}/dry: configmaps "dry" not found`);
  assert.equal(error.object, { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'dry' });
});

test('fields of another manager are a conflict until forced', async () => {
  await client.apply(configMaps, configMap('owned', { a: '1' }), { fieldManager: 'first' });
  const second = configMap('owned', { a: '2' });
  const error = await failureOf(client.apply(configMaps, second, { fieldManager: 'second' }));
  assert.ok(error.conflict);
  assert.not(error.alreadyExists);
  assert.ok(error.causes.some((cause) => cause.field === '.data.a'));
  const forced = await client.apply<ConfigMap>(configMaps, second, { fieldManager: 'second', force: true });
  assert.equal(forced.data, { a: '2' });
});

test('creating twice says that it already exists, and an old version cannot be replaced', async () => {
  const created = await client.create(configMaps, configMap('twice'));
  const again = await failureOf(client.create(configMaps, configMap('twice')));
  assert.ok(again.alreadyExists);
  assert.not(again.conflict);
  await client.replace<ConfigMap>(configMaps, { ...created, data: { a: '1' } });
  const stale = await failureOf(client.replace<ConfigMap>(configMaps, { ...created, data: { a: '2' } }));
  assert.ok(stale.conflict);
});

test('patches of all three kinds change the object', async () => {
  await client.create(configMaps, configMap('patched', { a: '1' }));
  const key = { namespace, name: 'patched' };
  await client.patch(configMaps, key, { data: { b: '2' } }, { type: 'merge' });
  await client.patch(configMaps, key, { data: { c: '3' } }, { type: 'strategic' });
  const last = await client.patch<ConfigMap>(configMaps, key, [{ op: 'remove', path: '/data/a' }], {
    type: 'json',
  });
  assert.equal(last.data, { b: '2', c: '3' });
});

test('a deleted object is gone, and another uid protects it', async () => {
  await client.create(configMaps, configMap('doomed'));
  const key = { namespace, name: 'doomed' };
  const error = await failureOf(
    client.delete(configMaps, key, { uid: '00000000-0000-0000-0000-000000000000' }),
  );
  assert.ok(error.conflict);
  await client.delete(configMaps, key, { propagationPolicy: 'Background' });
  assert.ok((await failureOf(client.get(configMaps, key))).notFound);
});

test('a list follows its pages to the end', async () => {
  const names = Array.from({ length: 7 }, (_, index) => `page-${index}`);
  for (const name of names) {
    const object = configMap(name);
    await client.create(configMaps, {
      ...object,
      metadata: { ...object.metadata, labels: { paged: 'yes' } },
    });
  }
  const before = records.length;
  const list = await client.list(configMaps, { namespace, labelSelector: 'paged=yes', pageSize: 3 });
  assert.equal(
    list.items.map((item) => item.metadata.name),
    names,
  );
  assert.is(list.items[0]?.kind, 'ConfigMap');
  assert.is(list.items[0]?.apiVersion, 'v1');
  assert.is(records.length - before, 3);
});

test('metadata alone comes with the kind of its object and without its content', async () => {
  await client.create(configMaps, configMap('light', { secret: 'content' }));
  const one = await client.getMetadata(configMaps, { namespace, name: 'light' });
  assert.equal(Object.keys(one).sort(), ['apiVersion', 'kind', 'metadata']);
  assert.is(one.kind, 'ConfigMap');
  const { items } = await client.listMetadata(configMaps, {
    namespace,
    fieldSelector: 'metadata.name=light',
  });
  assert.equal(items, [one]);
});

test('a kind is found right after its CRD was applied, and not any more once the CRD is gone', async () => {
  const group = `${namespace}.example.com`;
  const gvk = { group, version: 'v1', kind: 'Gadget' };
  const missing = await failureOf(client.resourceFor(gvk));
  assert.ok(missing.noMatch);
  assert.is(missing.message, `no matches for kind "Gadget" in version "${group}/v1"`);

  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  await client.create<KubeObject>(crds, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `gadgets.${group}` },
    spec: {
      group,
      scope: 'Cluster',
      names: { kind: 'Gadget', plural: 'gadgets', singular: 'gadget', listKind: 'GadgetList' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
  for (;;) {
    const crd = await client.get<KubeObject>(crds, { namespace: '', name: `gadgets.${group}` });
    if (/Established[^}]*"True"|"True"[^}]*Established/.test(JSON.stringify(crd['status'] ?? ''))) break;
  }
  const gadgets = await eventually(() => client.resourceFor(gvk));
  assert.equal(gadgets, { ...gvk, plural: 'gadgets', namespaced: false });
  await eventually(() =>
    client.create(gadgets, { apiVersion: `${group}/v1`, kind: 'Gadget', metadata: { name: 'g' } }),
  );

  await client.delete(crds, { namespace: '', name: `gadgets.${group}` });
  const gone = await eventually(async () => {
    const error = await failureOf(client.list(gadgets));
    if (!error.noMatch) throw error;
    return error;
  });
  assert.is(gone.code, 'FLUX_E_KUBE_NO_MATCH');
  assert.ok((await failureOf(client.resourceFor(gvk))).noMatch);
});

test('all served kinds are listed, stable versions before older ones', async () => {
  const all = await client.resources();
  const deployment = all.find(({ kind }) => kind === 'Deployment');
  assert.equal(deployment, {
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
    plural: 'deployments',
    namespaced: true,
    shortNames: ['deploy'],
  });
  assert.equal(await client.resourceFor({ group: 'apps', version: 'v1', kind: 'Deployment' }), deployment);
  const scaling = all.filter(({ kind }) => kind === 'HorizontalPodAutoscaler').map(({ version }) => version);
  assert.is(scaling[0], 'v2');
});

test('a tenant without rights is told which right is missing, and may still discover', async () => {
  const tenant = client.impersonate({ user: `system:serviceaccount:${namespace}:tenant` });
  const deployments = await tenant.resourceFor({ group: 'apps', version: 'v1', kind: 'Deployment' });
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace } };
  const error = await failureOf(tenant.apply(deployments, object, { fieldManager: 'tester' }));
  assert.ok(error.forbidden);
  assert.is(
    error.hint,
    `allow "system:serviceaccount:${namespace}:tenant" the verb "patch" on deployments.apps in namespace ${namespace} with a RoleBinding`,
  );
});

test('impersonated groups count', async () => {
  const admin = client.impersonate({ user: 'someone', groups: ['system:masters', 'system:authenticated'] });
  const review = await admin.request<{ status: { userInfo: { username: string; groups: string[] } } }>(
    'POST',
    '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    { body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' } },
  );
  assert.is(review.status.userInfo.username, 'someone');
  assert.ok(review.status.userInfo.groups.includes('system:masters'));
});

test('a field of a wrong type is an invalid object, not a broken server', async () => {
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x', namespace },
    data: { a: 1 },
  };
  const error = await failureOf(client.apply(configMaps, object, { fieldManager: 'tester' }));
  assert.ok(error.invalid);
  assert.is(error.code, 'FLUX_E_KUBE_INVALID');
});

test('an immutable field is recognised', async () => {
  await client.create<KubeObject>(configMaps, { ...configMap('fixed', { a: '1' }), immutable: true });
  const error = await failureOf(
    client.patch(configMaps, { namespace, name: 'fixed' }, { data: { a: '2' } }, { type: 'merge' }),
  );
  assert.ok(error.immutable);
  assert.ok(error.invalid);
});

test('a watch delivers changes in order and ends when it is aborted', async () => {
  const abort = new AbortController();
  const { resourceVersion } = await client.list(configMaps, { namespace });
  const seen: string[] = [];
  await client.create(configMaps, configMap('watched', { a: '1' }));
  await client.patch(configMaps, { namespace, name: 'watched' }, { data: { a: '2' } }, { type: 'merge' });
  await client.delete(configMaps, { namespace, name: 'watched' });
  for await (const event of client.watch<ConfigMap>(configMaps, {
    namespace,
    resourceVersion,
    signal: abort.signal,
  })) {
    if (event.type === 'BOOKMARK') continue;
    seen.push(`${event.type} ${event.object.kind} ${event.object.data?.['a']}`);
    if (seen.length === 3) abort.abort();
  }
  assert.equal(seen, ['ADDED ConfigMap 1', 'MODIFIED ConfigMap 2', 'DELETED ConfigMap 2']);
});

test('an aborted request rejects with the reason of the abort', async () => {
  const reason = new Error('a new revision arrived');
  const abort = new AbortController();
  const work = client.list(configMaps, { signal: abort.signal });
  abort.abort(reason);
  assert.is(await work.catch((error: unknown) => error), reason);
});

test('every request is recorded with its verb, status and host', async () => {
  records.length = 0;
  await client.get(configMaps, { namespace, name: 'nothing' }).catch(() => {});
  assert.is(records.length, 1);
  const [record] = records;
  assert.equal([record?.verb, record?.method, record?.code], ['get', 'GET', '404']);
  assert.is(record?.host, new URL(client.server).host);
});

test('a server whose certificate nobody vouches for is not believed', async () => {
  const { ca: _, ...config } = clusterFromContext(await readKubeconfig({ path: cluster.kubeconfig }));
  const stranger = createClient({ ...config, insecureSkipTlsVerify: false });
  const error = await failureOf(stranger.get(configMaps, { namespace, name: 'applied' }));
  await stranger.close();
  assert.is(error.code, 'FLUX_E_KUBE_TLS');
  assert.match(error.hint ?? '', 'certificate-authority-data');
});

test('requests and watches go through the proxy of the kubeconfig', async () => {
  const proxy = await startConnectProxy();
  const config = clusterFromContext(await readKubeconfig({ path: cluster.kubeconfig }));
  const proxied = createClient({ ...config, proxyUrl: proxy.url });
  const abort = new AbortController();
  const { resourceVersion } = await proxied.list(configMaps, { namespace });
  await client.create(configMaps, configMap('through-proxy'));
  for await (const event of proxied.watch(configMaps, { namespace, resourceVersion, signal: abort.signal })) {
    if (event.type === 'ADDED' && event.object.metadata.name === 'through-proxy') abort.abort();
  }
  await proxied.close();
  await proxy.close();
  const { host } = new URL(config.server);
  assert.equal(proxy.tunnels, [host, host], 'one connection for requests, one for the watch');
});

test('a warning of the server is passed on', async () => {
  warnings.length = 0;
  const object: KubeObject = { ...configMap('warned'), unknownField: true };
  await client.create(configMaps, object);
  assert.equal(warnings, ['unknown field "unknownField"']);
});

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

test.run();
