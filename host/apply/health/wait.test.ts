import { setTimeout as sleep } from 'node:timers/promises';
import { sharedCluster } from '@flux-host/test/helpers/cluster.ts';
import { giveRights } from '@flux-host/test/helpers/rights.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FluxError } from '../../errors/flux-error.ts';
import { clientFromKubeconfig } from '../../kube/load-client.ts';
import { gvkOf } from '../../kube/object.ts';
import type { KubeObject, ObjectRef } from '../../kube/types.ts';
import { createApplier } from '../create-applier.ts';
import { isFluxError } from '../errors.ts';
import { configMap, countCalls, deployment, failureOf, requestOf } from '../testing.ts';
import type { WaitRequest } from '../types.ts';

const cluster = await sharedCluster();
const client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
const applier = createApplier();

function waitFor(objects: readonly ObjectRef[], more: Partial<WaitRequest> = {}): Promise<void> {
  const signal = new AbortController().signal;
  return applier.wait({ client, objects, timeoutMs: 60_000, failFast: true, signal, ...more });
}

async function fluxFailure(promise: Promise<unknown>): Promise<FluxError> {
  const error = await failureOf(promise);
  if (isFluxError(error)) return error;
  throw error;
}

const ref = (apiVersion: string, kind: string, [namespace, name]: readonly [string, string]): ObjectRef => ({
  apiVersion,
  kind,
  namespace,
  name,
});

/** Sets the status that no controller of the test cluster sets. */
async function setStatus(object: KubeObject, status: unknown): Promise<void> {
  const resource = await client.resourceFor(gvkOf(object));
  const { namespace = '', name } = object.metadata;
  await client.patch(resource, { namespace, name }, { status }, { type: 'merge', subresource: 'status' });
}

function pod(namespace: string, name: string, labels: Record<string, string> = {}): KubeObject {
  // A node that does not exist: nothing runs the pod, and the test has its status for itself.
  const spec = { nodeName: 'nowhere', containers: [{ name: 'c', image: 'x' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels }, spec };
}

const looping = {
  phase: 'Running',
  containerStatuses: [
    {
      name: 'c',
      image: 'x',
      imageID: '',
      ready: false,
      restartCount: 3,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
    },
  ],
};

const test = suite('health checks');

test('a Deployment that rolls out is waited for', async () => {
  const namespace = await cluster.namespace('rollout');
  const { live } = await applier.apply(requestOf(client, [deployment(namespace, 'd')]));
  await waitFor([ref('apps/v1', 'Deployment', [namespace, 'd'])], { live });
  const answer = await cluster.call(`/apis/apps/v1/namespaces/${namespace}/deployments/d`);
  assert.match(JSON.stringify(answer.body), '"availableReplicas":1');
});

test('objects that the answer to the apply shows to be ready cost no request', async () => {
  const namespace = await cluster.namespace('known');
  const { live } = await applier.apply(requestOf(client, [configMap(namespace, 'c')]));
  const { client: counted, take } = countCalls(client);
  await waitFor([ref('v1', 'ConfigMap', [namespace, 'c'])], { live, client: counted });
  assert.equal(take(), []);
});

test('a Deployment that does not get ready in time is named with what it lacks', async () => {
  const namespace = await cluster.namespace('timeout');
  const stuck = deployment(namespace, 'd', { replicas: 2, paused: true });
  await applier.apply(requestOf(client, [stuck]));
  const missing = ref('v1', 'ConfigMap', [namespace, 'absent']);
  const error = await fluxFailure(
    waitFor([ref('apps/v1', 'Deployment', [namespace, 'd']), missing], { timeoutMs: 1_500 }),
  );
  assert.is(error.code, 'FLUX_E_HEALTH_TIMEOUT');
  assert.is(
    error.message,
    `timeout waiting for: [Deployment/${namespace}/d status: 'InProgress': Replicas: 0/2, ` +
      `ConfigMap/${namespace}/absent status: 'NotFound']`,
  );
});

test('a failed object ends the wait at once, with its own message', async () => {
  const namespace = await cluster.namespace('failed');
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'j', namespace },
    spec: {
      suspend: true,
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'x' }] } },
    },
  };
  const objects = [pod(namespace, 'p'), deployment(namespace, 'd', { paused: true }), job];
  await applier.apply(requestOf(client, objects));
  const refs = [ref('v1', 'Pod', [namespace, 'p']), ref('apps/v1', 'Deployment', [namespace, 'd'])];
  const waiting = fluxFailure(waitFor([...refs, ref('batch/v1', 'Job', [namespace, 'j'])]));
  await setStatus(pod(namespace, 'p'), looping);
  const error = await waiting;
  assert.is(error.code, 'FLUX_E_HEALTH_FAILED');
  assert.is(
    error.message,
    `failed early due to stalled resources: [Pod/${namespace}/p status: 'Failed': Containers in CrashLoop state: c]`,
  );
});

test('a StatefulSet whose pod crashes is failed although its own status does not tell', async () => {
  const namespace = await cluster.namespace('crash');
  const labels = { app: 's' };
  const statefulSet = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 's', namespace },
    spec: {
      serviceName: 's',
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { nodeName: 'nowhere', containers: [{ name: 'c', image: 'x' }] },
      },
    },
  };
  await applier.apply(requestOf(client, [statefulSet]));
  const waiting = fluxFailure(waitFor([ref('apps/v1', 'StatefulSet', [namespace, 's'])]));
  while ((await cluster.call(`/api/v1/namespaces/${namespace}/pods/s-0`)).status !== 200) await sleep(50);
  await setStatus(pod(namespace, 's-0'), looping);
  assert.match((await waiting).message, "status: 'Failed': 1 pods have failed");
});

test('a Job that deletes itself after it has finished counts as done', async () => {
  const namespace = await cluster.namespace('ttl');
  const gone = ref('batch/v1', 'Job', [namespace, 'finished']);
  await waitFor([gone], { jobsWithTtl: [gone] });
  const error = await fluxFailure(waitFor([gone], { timeoutMs: 500 }));
  assert.match(error.message, `Job/${namespace}/finished status: 'NotFound'`);
});

test('a custom rule wins over the standard one', async () => {
  const namespace = await cluster.namespace('custom');
  await applier.apply(requestOf(client, [configMap(namespace, 'c')]));
  const readers: NonNullable<WaitRequest['readers']> = ({ data }) =>
    JSON.stringify(data).includes('ready') ? undefined : { status: 'InProgress', message: 'not yet' };
  const objects = [ref('v1', 'ConfigMap', [namespace, 'c'])];
  const error = await fluxFailure(waitFor(objects, { readers, timeoutMs: 500 }));
  assert.match(error.message, "status: 'InProgress': not yet");
  const waiting = waitFor(objects, { readers });
  await applier.apply(requestOf(client, [configMap(namespace, 'c', { data: { state: 'ready' } })]));
  await waiting;
});

test('an abort ends the wait with its own reason', async () => {
  const namespace = await cluster.namespace('abort');
  await applier.apply(requestOf(client, [deployment(namespace, 'd', { paused: true })]));
  const abort = new AbortController();
  const waiting = failureOf(
    waitFor([ref('apps/v1', 'Deployment', [namespace, 'd'])], { signal: abort.signal }),
  );
  await sleep(50);
  abort.abort(new Error('a new revision is there'));
  assert.is((await waiting).message, 'a new revision is there');
});

test('an identity that may read but not watch is served as well', async () => {
  const namespace = await cluster.namespace('get-only');
  await giveRights(cluster, {
    user: 'reader',
    namespace,
    rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] }],
  });
  await applier.apply(requestOf(client, [deployment(namespace, 'd')]));
  const reader = client.impersonate({ user: 'reader' });
  await waitFor([ref('apps/v1', 'Deployment', [namespace, 'd'])], { client: reader, identity: 'reader' });
});

test('deleted objects are waited for until their finalizers are done, and named if they are not', async () => {
  const namespace = await cluster.namespace('gone');
  const kept = configMap(namespace, 'c');
  kept.metadata.finalizers = ['example.com/hold'];
  await client.create(await client.resourceFor(gvkOf(kept)), kept);
  const resource = await client.resourceFor(gvkOf(kept));
  const key = { namespace, name: 'c' };
  await client.delete(resource, key);
  const request = {
    client,
    objects: [ref('v1', 'ConfigMap', [namespace, 'c'])],
    signal: new AbortController().signal,
  };
  const error = await fluxFailure(applier.waitGone({ ...request, timeoutMs: 500 }));
  assert.is(error.message, `ConfigMap/${namespace}/c termination timeout`);
  const waiting = applier.waitGone({ ...request, timeoutMs: 60_000 });
  await client.patch(resource, key, { metadata: { finalizers: null } }, { type: 'merge' });
  await waiting;
});

test('waiting for many objects of a namespace takes one watch', async () => {
  const namespace = await cluster.namespace('many');
  const names = Array.from({ length: 20 }, (_, index) => `d${index}`);
  await applier.apply(
    requestOf(
      client,
      names.map((name) => deployment(namespace, name)),
    ),
  );
  const { client: counted, take } = countCalls(client);
  await Promise.all(
    names.map((name) =>
      waitFor([ref('apps/v1', 'Deployment', [namespace, name])], { client: counted, identity: 'many' }),
    ),
  );
  assert.equal(take(), ['watch Deployment']);
});

test.after(async () => {
  applier.close();
  await client.close();
  await cluster.stop();
});
test.run();
