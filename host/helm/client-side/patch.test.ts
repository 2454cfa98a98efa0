import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Json } from '../../json.ts';
import { addingPatch, mergePatch } from './merge-patch.ts';
import { mergeRules } from './merge-rules.ts';
import { strategicPatch } from './strategic-patch.ts';

const ref = (name: string) => ({ allOf: [{ $ref: `#/components/schemas/${name}` }] });
const list = (name: string, mergeKey?: string, strategy = 'merge') => ({
  type: 'array',
  items: ref(name),
  ...(mergeKey && { 'x-kubernetes-patch-merge-key': mergeKey, 'x-kubernetes-patch-strategy': strategy }),
});
/** As an API server describes Deployments, shortened. */
const rules = mergeRules({
  components: {
    schemas: {
      Deployment: {
        properties: { metadata: ref('Meta'), spec: ref('Spec') },
        'x-kubernetes-group-version-kind': [{ group: 'apps', version: 'v1', kind: 'Deployment' }],
      },
      Meta: {
        properties: {
          finalizers: { type: 'array', items: { type: 'string' }, 'x-kubernetes-patch-strategy': 'merge' },
        },
      },
      Spec: {
        properties: {
          strategy: { ...ref('Strategy'), 'x-kubernetes-patch-strategy': 'retainKeys' },
          containers: list('Container', 'name'),
          tolerations: list('Toleration'),
        },
      },
      Container: { properties: { ports: list('Port', 'containerPort'), env: list('Env', 'name') } },
    },
  },
});
const type = rules.typeOf({ group: 'apps', version: 'v1', kind: 'Deployment' });
const patch = (original: Json, modified: Json, current: Json) =>
  strategicPatch({ original, modified, current }, rules, type);
const containers = (...items: Json[]) => ({ spec: { containers: items } });

test('defaults of the API server and fields of others are no difference', () => {
  const sent = containers({ name: 'a', image: 'b' });
  const live = {
    metadata: { labels: { team: 'x' } },
    spec: { containers: [{ name: 'a', image: 'b', pullPolicy: 'Always' }, { name: 'sidecar' }] },
    status: { replicas: 1 },
  };
  assert.equal(patch(sent, sent, live), {});
});

test('what others changed is put right, and what the release no longer has is removed', () => {
  const before = { metadata: { labels: { a: '1', b: '2' } }, spec: { paused: true } };
  const after = { metadata: { labels: { a: '1' } }, spec: {} };
  const live = { metadata: { labels: { a: 'mine', b: '2', c: '3' } }, spec: { paused: true, replicas: 1 } };
  assert.equal(patch(before, after, live), {
    metadata: { labels: { a: '1', b: null } },
    spec: { paused: null },
  });
});

test('items of a list are told apart by their key, and keep the order of the manifest', () => {
  const before = containers({ name: 'old' }, { name: 'a', env: [{ name: 'X', value: '1' }] });
  const after = containers({ name: 'new', image: 'n' }, { name: 'a', env: [{ name: 'X', value: '2' }] });
  const live = containers(
    { name: 'old' },
    { name: 'a', env: [{ name: 'X', value: '1' }, { name: 'Y' }] },
    { name: 'sidecar' },
  );
  assert.equal(patch(before, after, live), {
    spec: {
      containers: [
        { name: 'new', image: 'n' },
        { name: 'a', env: [{ name: 'X', value: '2' }], '$setElementOrder/env': [{ name: 'X' }] },
        { $patch: 'delete', name: 'old' },
      ],
      '$setElementOrder/containers': [{ name: 'new' }, { name: 'a' }],
    },
  });
});

test('a list without a key is one value', () => {
  const live = { spec: { tolerations: [{ key: 'a' }] } };
  assert.equal(patch({}, live, live), {});
  const after = { spec: { tolerations: [{ key: 'b' }] } };
  assert.equal(patch(live, after, live), after);
});

test('ports of the same number are replaced together', () => {
  const ports = (...protocols: string[]) =>
    containers({ name: 'a', ports: protocols.map((protocol) => ({ containerPort: 53, protocol })) });
  assert.equal(patch(ports('TCP', 'UDP'), ports('TCP', 'UDP'), ports('TCP', 'UDP')), {});
  const changed = patch(ports('TCP', 'UDP'), ports('UDP', 'SCTP'), ports('TCP', 'UDP'));
  assert.equal(changed['spec'], {
    containers: [
      {
        name: 'a',
        ports: [
          { $patch: 'replace' },
          { containerPort: 53, protocol: 'UDP' },
          { containerPort: 53, protocol: 'SCTP' },
        ],
      },
    ],
    '$setElementOrder/containers': [{ name: 'a' }],
  });
});

test('fields of another variant go', () => {
  const live = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
  assert.equal(patch({}, { spec: { strategy: { type: 'Recreate' } } }, live), {
    spec: { strategy: { type: 'Recreate', $retainKeys: ['type'] } },
  });
});

test('finalizers of others stay', () => {
  const finalizers = (...names: string[]) => ({ metadata: { finalizers: names } });
  assert.equal(patch(finalizers('a', 'b'), finalizers('b', 'c'), finalizers('a', 'b', 'theirs')), {
    metadata: {
      finalizers: ['c'],
      '$deleteFromPrimitiveList/finalizers': ['a'],
      '$setElementOrder/finalizers': ['b', 'c'],
    },
  });
});

test('a null removes what is there', () => {
  assert.equal(patch({}, { spec: { replicas: null } }, { spec: { replicas: 3 } }), {
    spec: { replicas: null },
  });
  assert.equal(patch({}, { spec: { replicas: null } }, { spec: {} }), {});
});

test('of other kinds, what differs between two manifests is sent', () => {
  assert.equal(mergePatch({ a: { b: 1, c: 2 }, d: [1] }, { a: { b: 1 }, d: [1, 2] }), {
    a: { c: null },
    d: [1, 2],
  });
  assert.equal(mergePatch({ a: { b: 1 } }, { a: { b: 1 } }), {});
  assert.equal(addingPatch({ a: { b: 1, c: 2 } }, { a: { b: 3 } }), { a: { b: 3 } });
});

test.run();
