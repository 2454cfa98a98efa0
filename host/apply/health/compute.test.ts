import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { KubeObject } from '../../kube/types.ts';
import { computeHealth } from './compute.ts';

const condition = (type: string, status: string, more: Record<string, string> = {}) => ({
  type,
  status,
  ...more,
});

function object(
  apiVersion: string,
  kind: string,
  { generation, ...content }: Record<string, unknown> = {},
): KubeObject {
  const metadata = { name: 'x', ...(typeof generation === 'number' && { generation }) };
  return { apiVersion, kind, metadata, ...content };
}

const ready = {
  replicas: 2,
  updatedReplicas: 2,
  readyReplicas: 2,
  availableReplicas: 2,
  conditions: [
    condition('Available', 'True'),
    condition('Progressing', 'True', { reason: 'NewReplicaSetAvailable' }),
  ],
};
const two = { replicas: 2, progressDeadlineSeconds: 600 };
const deployment = (status: object, spec: object = two) =>
  object('apps/v1', 'Deployment', { spec, status: { ...ready, ...status } });
const stateful = (status: object, spec: object = { replicas: 2 }) =>
  object('apps/v1', 'StatefulSet', {
    spec,
    status: {
      replicas: 2,
      readyReplicas: 2,
      currentReplicas: 2,
      currentRevision: 'a',
      updateRevision: 'a',
      ...status,
    },
  });
const daemon = (status: object) => {
  const counts = {
    desiredNumberScheduled: 2,
    currentNumberScheduled: 2,
    updatedNumberScheduled: 2,
    numberAvailable: 2,
    numberReady: 2,
  };
  return object('apps/v1', 'DaemonSet', {
    generation: 1,
    status: { observedGeneration: 1, ...counts, ...status },
  });
};
const pod = (status: object) => object('v1', 'Pod', { status });
const job = (status: object, spec: object = {}) => object('batch/v1', 'Job', { spec, status });
const crd = (...conditions: object[]) =>
  object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', { status: { conditions } });
const custom = (content: Record<string, unknown>) => object('example.com/v1', 'Widget', content);

const cases: readonly [string, KubeObject, string][] = [
  ['a Deployment whose pods all run', deployment({}), 'Current: Deployment is available. Replicas: 2'],
  ['a Deployment without pods', deployment({ replicas: 0 }), 'InProgress: Replicas: 0/2'],
  ['a Deployment with old pods', deployment({ updatedReplicas: 1 }), 'InProgress: Updated: 1/2'],
  ['a Deployment with pods too many', deployment({ replicas: 3 }), 'InProgress: Pending termination: 1'],
  ['a Deployment with unavailable pods', deployment({ availableReplicas: 1 }), 'InProgress: Available: 1/2'],
  [
    'a Deployment that is stuck',
    deployment({ conditions: [condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' })] }),
    'Failed: Progress deadline exceeded',
  ],
  [
    'a Deployment before its new ReplicaSet counts',
    deployment({ conditions: [condition('Available', 'True')] }),
    'InProgress: ReplicaSet not Available',
  ],
  [
    'a Deployment without deadline',
    deployment({ conditions: [condition('Available', 'True')] }, { replicas: 2 }),
    'Current: Deployment is available. Replicas: 2',
  ],
  [
    'a Deployment that is not available',
    deployment({ conditions: [] }, { replicas: 2 }),
    'InProgress: Deployment not Available',
  ],
  [
    'a Deployment scaled to nothing',
    deployment({ replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0 }, { replicas: 0 }),
    'Current: Deployment is available. Replicas: 0',
  ],
  ['a StatefulSet that runs', stateful({}), 'Current: All replicas scheduled as expected. Replicas: 2'],
  ['a StatefulSet that is not ready', stateful({ readyReplicas: 1 }), 'InProgress: Ready: 1/2'],
  [
    'a StatefulSet between revisions',
    stateful({ updateRevision: 'b' }),
    'InProgress: Waiting for updated revision to match current',
  ],
  [
    'a StatefulSet updated by hand',
    stateful({ readyReplicas: 0 }, { updateStrategy: { type: 'OnDelete' } }),
    'Current: StatefulSet is using the ondelete update strategy',
  ],
  [
    'a partly updated StatefulSet',
    stateful({ updatedReplicas: 1 }, { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } }),
    'Current: Partition rollout complete. updated: 1',
  ],
  ['a DaemonSet that runs', daemon({}), 'Current: All replicas scheduled as expected. Replicas: 2'],
  ['a DaemonSet that is not ready', daemon({ numberReady: 1 }), 'InProgress: Ready: 1/2'],
  [
    'a DaemonSet that nobody looked at',
    object('apps/v1', 'DaemonSet', { generation: 1 }),
    'InProgress: DaemonSet status.observedGeneration not found',
  ],
  [
    'a ReplicaSet with a failure',
    object('apps/v1', 'ReplicaSet', { status: { conditions: [condition('ReplicaFailure', 'True')] } }),
    'InProgress: Replica Failure condition. Check Pods',
  ],
  [
    'a ReplicaSet that runs',
    object('apps/v1', 'ReplicaSet', {
      status: { replicas: 1, fullyLabeledReplicas: 1, availableReplicas: 1, readyReplicas: 1 },
    }),
    'Current: ReplicaSet is available. Replicas: 1',
  ],
  [
    'a Pod that is ready',
    pod({ phase: 'Running', conditions: [condition('Ready', 'True')] }),
    'Current: Pod is Ready',
  ],
  ['a Pod that is not ready', pod({ phase: 'Running' }), 'InProgress: Pod is running but is not Ready'],
  ['a Pod that has ended', pod({ phase: 'Failed' }), 'Current: Pod has completed, but not successfully'],
  ['a Pod that nobody has seen', pod({}), 'InProgress: Pod phase not available'],
  [
    'a Job that runs',
    job({ startTime: 'now', active: 1 }),
    'InProgress: Job in progress. success:0, active: 1, failed: 0',
  ],
  ['a Job that has not begun', job({}), 'InProgress: Job not started. active: 0/1'],
  [
    'a Job that is done',
    job({ succeeded: 1, conditions: [condition('Complete', 'True')] }),
    'Current: Job Completed. succeeded: 1/1',
  ],
  [
    'a Job that failed',
    job({ failed: 4, conditions: [condition('Failed', 'True')] }),
    'Failed: Job Failed. failed: 4/1',
  ],
  ['a Job that is suspended', job({}, { suspend: true }), 'Current: Job is suspended'],
  [
    'an unbound claim',
    object('v1', 'PersistentVolumeClaim', { status: { phase: 'Pending' } }),
    'InProgress: PVC is not Bound. phase: Pending',
  ],
  [
    'a load balancer without address',
    object('v1', 'Service', { spec: { type: 'LoadBalancer' } }),
    'InProgress: ClusterIP not set. Service type: LoadBalancer',
  ],
  ['an ordinary Service', object('v1', 'Service', { spec: {} }), 'Current: Service is ready'],
  [
    'a CRD that is served',
    crd(condition('NamesAccepted', 'True'), condition('Established', 'True')),
    'Current: CRD is established',
  ],
  [
    'a CRD whose names are taken',
    crd(condition('NamesAccepted', 'False', { message: 'taken' })),
    'Failed: taken',
  ],
  ['a CRD that was just made', crd(), 'InProgress: Install in progress'],
  ['a ConfigMap', object('v1', 'ConfigMap'), 'Current: Resource is always ready'],
  [
    'a PodDisruptionBudget',
    object('policy/v1', 'PodDisruptionBudget', { generation: 2, status: { observedGeneration: 1 } }),
    'InProgress: PodDisruptionBudget generation is 2, but latest observed generation is 1',
  ],
  ['an object without status', custom({}), 'Current: Resource is current'],
  [
    'an object that is Ready',
    custom({ status: { conditions: [condition('Ready', 'True')] } }),
    'Current: Resource is Ready',
  ],
  [
    'an object that is not Ready',
    custom({ status: { conditions: [condition('Ready', 'False', { message: 'why' })] } }),
    'InProgress: why',
  ],
  [
    'an object that is stalled',
    custom({
      status: { conditions: [condition('Ready', 'True'), condition('Stalled', 'True', { message: 'why' })] },
    }),
    'Failed: why',
  ],
  [
    'an object that is reconciling',
    custom({
      status: {
        conditions: [condition('Reconciling', 'True', { message: 'busy' }), condition('Ready', 'True')],
      },
    }),
    'InProgress: busy',
  ],
];

const test = suite('health');

for (const [what, subject, expected] of cases) {
  test(`${what} is ${expected}`, () => {
    const { status, message } = computeHealth(subject);
    assert.is(`${status}: ${message}`, expected);
  });
}

test('an object that is being deleted is Terminating whatever its conditions say', () => {
  const going = deployment({});
  going.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  assert.is(computeHealth(going).status, 'Terminating');
});

test('a pod without room waits for a while before it fails', () => {
  const waiting = pod({
    phase: 'Pending',
    conditions: [condition('PodScheduled', 'False', { reason: 'Unschedulable' })],
  });
  waiting.metadata.creationTimestamp = new Date().toISOString();
  assert.is(computeHealth(waiting).status, 'InProgress');
  waiting.metadata.creationTimestamp = new Date(Date.now() - 60_000).toISOString();
  assert.is(computeHealth(waiting).status, 'Failed');
});

test.run();
