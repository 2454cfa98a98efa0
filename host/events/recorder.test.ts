import { createServer, type IncomingHttpHeaders } from 'node:http';
import { hostname } from 'node:os';
import { json } from 'node:stream/consumers';
import { sharedCluster, type TestCluster } from '@flux-host/test/helpers/cluster.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ConnectedClient } from '../kube/client.ts';
import { clientFromKubeconfig } from '../kube/load-client.ts';
import type { KubeObject } from '../kube/types.ts';
import { createRedactor } from '../observability/redact.ts';
import { createEventRecorder, type EventRecorderOptions } from './recorder.ts';

interface ClusterEvent extends KubeObject {
  message: string;
  reason: string;
  type: string;
  count: number;
  involvedObject: Record<string, string>;
  source: { component: string };
  reportingComponent: string;
  firstTimestamp: string;
}

interface Received {
  readonly body: Record<string, unknown>;
  readonly headers: IncomingHttpHeaders;
}

const EVENTS = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true };
const CONFIG_MAPS = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };

const test = suite('recorder');
let cluster: TestCluster;
let client: ConnectedClient;

test.before(async () => {
  cluster = await sharedCluster();
  client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
});

test.after(async () => {
  await client.close();
  await cluster.stop();
});

/** A receiver that answers with the given statuses, then 202. `hang` never answers. */
async function withReceiver(
  statuses: (number | 'hang')[],
  use: (address: string, received: Received[]) => Promise<void>,
): Promise<void> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const status = statuses[received.length] ?? 202;
    received.push({ body: Object(await json(request)), headers: request.headers });
    if (status !== 'hang') response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    await use(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`, received);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function setUp(options: Partial<EventRecorderOptions> = {}) {
  const namespace = await cluster.namespace('events');
  const object = await client.create<KubeObject>(CONFIG_MAPS, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'web',
      namespace,
      annotations: {
        'event.toolkit.fluxcd.io/commit': 'abc',
        'other/x': 'no',
        'event.toolkit.fluxcd.io/env': 'prod',
      },
    },
  });
  const problems: string[] = [];
  const recorder = createEventRecorder({
    client,
    controller: 'kustomize-controller',
    redactor: createRedactor(),
    retryDelayMs: 1,
    log: { trace() {}, error: (error, message) => void problems.push(`${message}: ${String(error)}`) },
    ...options,
  });
  const events = async () => (await client.list<ClusterEvent>(EVENTS, { namespace })).items;
  return { namespace, object, recorder, events, problems };
}

test('An event stands next to its object in the cluster with everything that flux events shows', async () => {
  const { object, recorder, events, namespace } = await setUp();
  recorder.event(object, {
    type: 'Warning',
    reason: 'BuildFailed',
    message: 'kustomize build failed',
    annotations: { 'kustomize.toolkit.fluxcd.io/revision': 'main@sha1:abc' },
  });
  await recorder.flush();
  const [event, ...more] = await events();
  assert.is(more.length, 0);
  assert.equal(event?.involvedObject, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: 'web',
    namespace,
    uid: object.metadata.uid,
    resourceVersion: object.metadata.resourceVersion,
  });
  assert.equal(
    [
      event?.type,
      event?.reason,
      event?.message,
      event?.count,
      event?.source.component,
      event?.reportingComponent,
    ],
    ['Warning', 'BuildFailed', 'kustomize build failed', 1, 'kustomize-controller', 'kustomize-controller'],
  );
  assert.equal(event?.metadata.annotations, {
    'kustomize.toolkit.fluxcd.io/revision': 'main@sha1:abc',
    'event.toolkit.fluxcd.io/commit': 'abc',
    'event.toolkit.fluxcd.io/env': 'prod',
  });
});

test('The same event again counts up in the cluster, and starts anew when it was deleted meanwhile', async () => {
  const { object, recorder, events, namespace } = await setUp();
  const same = { type: 'Normal', reason: 'Progressing', message: 'same' } as const;
  for (let i = 0; i < 3; i++) recorder.event(object, same);
  await recorder.flush();
  const [event] = await events();
  assert.equal([(await events()).length, event?.count], [1, 3]);
  await client.delete(EVENTS, { namespace, name: event?.metadata.name ?? '' });
  recorder.event(object, same);
  await recorder.flush();
  assert.equal(
    (await events()).map(({ count }) => count),
    [1],
  );
});

test('A change list longer than a thousand characters arrives whole', async () => {
  const { object, recorder, events, problems } = await setUp();
  const message = 'Deployment/apps/web configured\n'.repeat(200);
  recorder.event(object, { type: 'Normal', reason: 'Progressing', message });
  await recorder.flush();
  assert.equal(problems, []);
  assert.is((await events())[0]?.message, message);
});

test('A post has Flux’s format', async () => {
  await withReceiver([], async (eventsAddr, received) => {
    const { object, recorder, namespace } = await setUp({ eventsAddr });
    recorder.event(object, {
      type: 'Normal',
      reason: 'R',
      message: 'done',
      annotations: { 'g/revision': 'r' },
    });
    recorder.event(object, { type: 'Warning', reason: 'W', message: 'bad' });
    await recorder.flush();
    const [first, second] = received;
    assert.is(first?.headers['content-type'], 'application/json');
    const { timestamp, ...rest } = first?.body ?? {};
    assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(rest, {
      involvedObject: {
        kind: 'ConfigMap',
        namespace,
        name: 'web',
        uid: object.metadata.uid,
        apiVersion: 'v1',
        resourceVersion: object.metadata.resourceVersion,
      },
      severity: 'info',
      message: 'done',
      reason: 'R',
      metadata: {
        'g/revision': 'r',
        'event.toolkit.fluxcd.io/commit': 'abc',
        'event.toolkit.fluxcd.io/env': 'prod',
      },
      reportingController: 'kustomize-controller',
      reportingInstance: hostname(),
    });
    assert.is(second?.body['severity'], 'error');
  });
});

test('A trace is a Normal event of the cluster and is not posted', async () => {
  await withReceiver([], async (eventsAddr, received) => {
    const { object, recorder, events } = await setUp({ eventsAddr });
    recorder.event(object, { type: 'Trace', reason: 'ArtifactUpToDate', message: 'nothing new' });
    await recorder.flush();
    assert.is((await events())[0]?.type, 'Normal');
    assert.is(received.length, 0);
  });
});

test('A receiver that fails or hangs for a while gets the event later, in order', async () => {
  await withReceiver([500, 'hang', 503], async (eventsAddr, received) => {
    const { object, recorder, problems } = await setUp({ eventsAddr, timeoutMs: 50 });
    recorder.event(object, { type: 'Normal', reason: 'R', message: 'one' });
    recorder.event(object, { type: 'Normal', reason: 'R', message: 'two' });
    await recorder.flush();
    assert.equal(
      received.map(({ body }) => body['message']),
      ['one', 'one', 'one', 'one', 'two'],
    );
    assert.equal(problems, []);
  });
});

test('429 means that the receiver knows the event: no retry, no complaint; other refusals are logged once', async () => {
  await withReceiver([429, 400], async (eventsAddr, received) => {
    const { object, recorder, problems } = await setUp({ eventsAddr });
    recorder.event(object, { type: 'Normal', reason: 'R', message: 'one' });
    await recorder.flush();
    assert.equal([received.length, problems], [1, []]);
    recorder.event(object, { type: 'Normal', reason: 'R', message: 'two' });
    await recorder.flush();
    assert.is(received.length, 2);
    assert.match(problems.join(), /^unable to record event: .*status 400$/);
  });
});

test('A receiver that is not there is given up after five tries and does not hold up the cluster’s events', async () => {
  await withReceiver([], async (address) => {
    const eventsAddr = address.replace(/:\d+/, ':1');
    let attempts = 0;
    const counted: typeof fetch = async () => {
      attempts++;
      throw new TypeError('fetch failed', { cause: new Error(`connect ECONNREFUSED ${eventsAddr}`) });
    };
    const { object, recorder, events, problems } = await setUp({ eventsAddr, fetch: counted });
    recorder.event(object, { type: 'Normal', reason: 'R', message: 'one' });
    await recorder.flush();
    assert.is((await events()).length, 1);
    assert.is(attempts, 5);
    assert.match(problems.join(), /unable to post event to .*ECONNREFUSED/);
  });
});

test('Secrets are masked in both places', async () => {
  await withReceiver([], async (eventsAddr, received) => {
    const redactor = createRedactor();
    redactor.add('hunter22-secret');
    const { object, recorder, events } = await setUp({ eventsAddr, redactor });
    const message = 'clone https://u:p4ss@git.example failed: hunter22-secret';
    recorder.event(object, {
      type: 'Warning',
      reason: 'R',
      message,
      annotations: { 'g/x': 'hunter22-secret' },
    });
    await recorder.flush();
    const expected = 'clone https://u:*****@git.example failed: *****';
    assert.is((await events())[0]?.message, expected);
    assert.is(received[0]?.body['message'], expected);
    assert.not.match(JSON.stringify([await events(), received]), /hunter22|p4ss/);
  });
});

test('More events than can wait are dropped with a word in the log', async () => {
  const { object, recorder, events, problems } = await setUp({ limit: 3 });
  for (let i = 0; i < 5; i++) recorder.event(object, { type: 'Normal', reason: `R${i}`, message: 'm' });
  await recorder.flush();
  assert.equal((await events()).map(({ reason }) => reason).toSorted(), ['R0', 'R1', 'R2']);
  assert.is(problems.length, 2);
  assert.match(problems[0] ?? '', /dropped event: .*too many events wait for the API server/);
});

test('An event about a namespace that is gone is logged and given up at once', async () => {
  const { object, recorder, problems } = await setUp();
  const gone = { ...object, metadata: { ...object.metadata, namespace: 'never-was' } };
  recorder.event(gone, { type: 'Normal', reason: 'R', message: 'm' });
  await recorder.flush();
  assert.match(problems.join(), /never-was/);
});

test('An events address that is no URL is refused at the start', async () => {
  const options = { client, controller: 'c', redactor: createRedactor(), log: { trace() {}, error() {} } };
  assert.throws(
    () => createEventRecorder({ ...options, eventsAddr: 'notification-controller' }),
    /invalid events address/,
  );
});

test.run();
