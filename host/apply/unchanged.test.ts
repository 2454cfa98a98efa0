import { sharedCluster } from '@flux-host/test/helpers/cluster.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clone, isRecord } from '../json.ts';
import { clientFromKubeconfig } from '../kube/load-client.ts';
import { gvkOf } from '../kube/object.ts';
import type { KubeObject } from '../kube/types.ts';
import { fingerprint } from './fingerprint.ts';
import { wireForm } from './normalise.ts';
import { deployment } from './testing.ts';
import { isApplied } from './unchanged.ts';

const cluster = await sharedCluster();
const client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
const namespace = await cluster.namespace('unchanged');
const options = { fieldManager: 'kustomize-controller', force: true };

const container = {
  name: 'web',
  image: 'x:1',
  args: ['a', 'b', 'a'],
  env: [
    { name: 'A', value: '1' },
    { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'C', valueFrom: { resourceFieldRef: { resource: 'limits.memory' } } },
  ],
  ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }],
  resources: { requests: { cpu: 0.5, memory: '1024Mi' }, limits: { memory: '2Gi' } },
  volumeMounts: [{ name: 'data', mountPath: '/data' }],
  securityContext: { capabilities: { drop: ['ALL'] }, runAsNonRoot: true },
};

const samples: readonly KubeObject[] = [
  deployment(namespace, 'd', {
    template: {
      metadata: { labels: { app: 'd' }, annotations: { note: 'x' } },
      spec: { containers: [container], volumes: [{ name: 'data', emptyDir: {} }] },
    },
  }),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's', namespace, labels: { a: 'b' }, finalizers: ['example.com/a'] },
    spec: {
      selector: { app: 'd' },
      ports: [
        { name: 'http', port: 80 },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
    },
  },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${namespace}-n`, labels: { a: 'b' } } },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'p', namespace },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'c', namespace },
    data: { a: '1Gi', b: '2' },
    binaryData: {},
  },
  {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'q', namespace },
    spec: {
      hard: { pods: 4, 'requests.cpu': '1000m', 'requests.memory': '0.5Gi' },
      scopes: ['NotTerminating'],
    },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'n', namespace },
    spec: {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 80 }] }],
    },
  },
];

/** Random numbers that are the same in every run (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Changes one random place: drops it, doubles a text, reverses a list, or sets a quantity in another form. */
function mutate(object: KubeObject, random: (below: number) => number): KubeObject {
  const copy = clone(object);
  const places: (() => void)[] = [];
  const visit = (parent: Record<string, unknown>, key: string): void => {
    const value = parent[key];
    places.push(() => delete parent[key]);
    if (typeof value === 'string')
      places.push(
        () => (parent[key] = `${value}x`),
        () => (parent[key] = value.replace('1024Mi', '1Gi')),
      );
    if (Array.isArray(value)) {
      places.push(
        () => value.reverse(),
        () => value.pop(),
      );
      for (const item of value) if (isRecord(item)) for (const below of Object.keys(item)) visit(item, below);
    } else if (isRecord(value)) {
      for (const below of Object.keys(value)) visit(value, below);
    }
  };
  for (const key of Object.keys(copy))
    if (!['apiVersion', 'kind', 'metadata'].includes(key)) visit(copy, key);
  const metadata: Record<string, unknown> = { ...copy.metadata };
  for (const key of Object.keys(metadata)) {
    if (key !== 'name' && key !== 'namespace') visit(metadata, key);
  }
  places[random(places.length)]?.();
  return { ...copy, metadata: { ...metadata, name: copy.metadata.name } };
}

/** All of an object but what controllers write at any time: its status, and the revision of a Deployment. */
function stateOf(object: KubeObject): string {
  const { metadata, status: _status, ...content } = object;
  const { 'deployment.kubernetes.io/revision': _revision, ...annotations } = metadata.annotations ?? {};
  const managedFields = metadata.managedFields?.filter(({ manager }) => manager === options.fieldManager);
  return JSON.stringify([
    fingerprint({ metadata: { ...metadata, ...(managedFields && { managedFields }) } }),
    metadata.labels,
    annotations,
    metadata.finalizers,
    content,
  ]);
}

const test = suite('telling an unchanged object from what lives');

for (const sample of samples) {
  test(`a ${sample.kind} that was just applied needs no dry run`, async () => {
    const resource = await client.resourceFor(gvkOf(sample));
    const live = await client.apply(resource, wireForm(sample), options);
    assert.ok(isApplied(wireForm(sample), live, options.fieldManager));
    assert.not.ok(isApplied(wireForm(sample), live, 'another manager'));
  });

  test(`a ${sample.kind} taken for unchanged is one that the API server would not change`, async () => {
    const resource = await client.resourceFor(gvkOf(sample));
    const random = randomOf(sample.kind.length);
    let told = 0;
    for (let round = 0; round < 120; round++) {
      const live = await client.apply<KubeObject>(resource, wireForm(sample), options);
      const desired = wireForm(mutate(sample, random));
      if (!isApplied(desired, live, options.fieldManager)) continue;
      told += 1;
      const applied = await client.apply<KubeObject>(resource, desired, options);
      assert.is(stateOf(applied), stateOf(live), JSON.stringify(desired));
    }
    assert.ok(told < 120, 'a mutation is mostly a change');
  });
}

test('a change by someone else is seen', async () => {
  const sample = samples.find(({ kind }) => kind === 'ConfigMap');
  if (!sample) throw new Error('there is a ConfigMap');
  const resource = await client.resourceFor(gvkOf(sample));
  await client.apply(resource, wireForm(sample), options);
  const live = await client.patch<KubeObject>(
    resource,
    { namespace, name: 'c' },
    { data: { a: '1024Mi' } },
    { type: 'merge' },
  );
  assert.not.ok(isApplied(wireForm(sample), live, options.fieldManager));
});

test.after(async () => {
  await client.close();
  await cluster.stop();
});
test.run();
