import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { KubeObject } from '../../kube/types.ts';
import { ruleOf } from './ready.ts';

const test = suite('ready as Helm 3 has it');

const of = (apiVersion: string, kind: string, rest: object): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'it', generation: 1, uid: 'u' },
  ...rest,
});

const template = { metadata: { labels: { app: 'it' } }, spec: { containers: [{ name: 'a', image: 'b' }] } };
const deployment = (spec: object, status: object = { observedGeneration: 1 }) =>
  of('apps/v1', 'Deployment', { spec: { replicas: 4, template, ...spec }, status });
const rolling = (maxUnavailable: number | string, maxSurge: number | string = 0) => ({
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } },
});
const replicaSet = (readyReplicas: number, hash = 'new', image = 'b'): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: hash,
    generation: 1,
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'it', uid: 'u', controller: true }],
  },
  spec: {
    template: {
      metadata: { labels: { app: 'it', 'pod-template-hash': hash } },
      spec: { containers: [{ name: 'a', image }] },
    },
  },
  status: { observedGeneration: 1, readyReplicas },
});
const condition = (type: string, status: string) => ({ status: { conditions: [{ type, status }] } });
const daemonSet = (numberReady: number, updatedNumberScheduled = 4, type = 'RollingUpdate') =>
  of('apps/v1', 'DaemonSet', {
    spec: { updateStrategy: { type, rollingUpdate: { maxUnavailable: '30%' } } },
    status: { observedGeneration: 1, desiredNumberScheduled: 4, updatedNumberScheduled, numberReady },
  });
const statefulSet = (status: object, rollingUpdate: object = {}, type = 'RollingUpdate') =>
  of('apps/v1', 'StatefulSet', {
    spec: { replicas: 3, updateStrategy: { type, rollingUpdate } },
    status: {
      observedGeneration: 1,
      updatedReplicas: 3,
      readyReplicas: 3,
      currentRevision: 'a',
      updateRevision: 'a',
      ...status,
    },
  });
const job = (status: object) => of('batch/v1', 'Job', { spec: { backoffLimit: 1, completions: 2 }, status });
const service = (spec: object, status: object = {}) => of('v1', 'Service', { spec, status });
const claim = (phase: string) => of('v1', 'PersistentVolumeClaim', { status: { phase } });
const crd = 'CustomResourceDefinition';

const cases: readonly [string, KubeObject, readonly KubeObject[], string][] = [
  ['a Deployment with enough new pods', deployment(rolling('25%')), [replicaSet(3)], 'Current'],
  ['a Deployment with too few', deployment(rolling('25%')), [replicaSet(2)], 'InProgress'],
  ['one that may miss a half and rounds down', deployment(rolling('49%')), [replicaSet(2)], 'InProgress'],
  ['one that may miss neither', deployment(rolling(0, 0)), [replicaSet(3)], 'Current'],
  ['one with a surge', deployment(rolling(0, 1)), [replicaSet(3)], 'InProgress'],
  ['one that is recreated', deployment({ strategy: { type: 'Recreate' } }), [replicaSet(3)], 'InProgress'],
  ['one with ready pods of old', deployment(rolling('25%')), [replicaSet(4, 'old', 'c')], 'InProgress'],
  [
    'one of another generation',
    deployment(rolling(1), { observedGeneration: 0 }),
    [replicaSet(4)],
    'InProgress',
  ],
  ['a paused one', deployment({ paused: true }), [], 'Current'],
  ['a DaemonSet with enough pods', daemonSet(2), [], 'Current'],
  ['a DaemonSet with too few', daemonSet(1), [], 'InProgress'],
  ['a DaemonSet with old pods', daemonSet(4, 3), [], 'InProgress'],
  ['a DaemonSet that is updated by hand', daemonSet(0, 0, 'OnDelete'), [], 'Current'],
  ['a StatefulSet that runs', statefulSet({}), [], 'Current'],
  ['a StatefulSet that is not ready', statefulSet({ readyReplicas: 2 }), [], 'InProgress'],
  ['a StatefulSet between revisions', statefulSet({ updateRevision: 'b' }), [], 'InProgress'],
  ['a partition', statefulSet({ updatedReplicas: 1, updateRevision: 'b' }, { partition: 2 }), [], 'Current'],
  ['a StatefulSet that is updated by hand', statefulSet({ readyReplicas: 0 }, {}, 'OnDelete'), [], 'Current'],
  ['a Job that is done', job({ succeeded: 2 }), [], 'Current'],
  ['a Job that is half done', job({ succeeded: 1, failed: 1 }), [], 'InProgress'],
  ['a Job that failed too often', job({ failed: 2 }), [], 'Failed'],
  ['a Service', service({ clusterIP: '10.0.0.1' }), [], 'Current'],
  ['a Service without an address', service({}), [], 'InProgress'],
  ['an external Service', service({ type: 'ExternalName' }), [], 'Current'],
  ['a load balancer', service({ clusterIP: '10.0.0.1', type: 'LoadBalancer' }), [], 'InProgress'],
  [
    'a load balancer with an address of its own',
    service({ clusterIP: '10.0.0.1', type: 'LoadBalancer', externalIPs: ['10.1.0.1'] }),
    [],
    'Current',
  ],
  ['a bound claim', claim('Bound'), [], 'Current'],
  ['a claim that is not bound', claim('Pending'), [], 'InProgress'],
  ['a definition', of('apiextensions.k8s.io/v1', crd, condition('Established', 'True')), [], 'Current'],
  ['a taken name', of('apiextensions.k8s.io/v1', crd, condition('NamesAccepted', 'False')), [], 'Current'],
  ['a new definition', of('apiextensions.k8s.io/v1', crd, {}), [], 'InProgress'],
  ['a Pod that is ready', of('v1', 'Pod', condition('Ready', 'True')), [], 'Current'],
  ['a Pod that is not', of('v1', 'Pod', condition('Ready', 'False')), [], 'InProgress'],
  [
    'a ReplicaSet with a Pod that is not ready',
    of('apps/v1', 'ReplicaSet', { status: { observedGeneration: 1 } }),
    [of('v1', 'Pod', {})],
    'InProgress',
  ],
];

for (const [what, object, dependants, expected] of cases) {
  test(`${what}: ${expected}`, () => {
    assert.is(ruleOf(object)?.(object, dependants).status, expected);
  });
}

test('what Helm 3 does not know is ready once it is there', () => {
  assert.is(ruleOf(of('example.com/v1', 'Widget', {})), undefined);
  assert.is(ruleOf(of('networking.k8s.io/v1', 'Ingress', {})), undefined);
});

test.run();
