import { sharedCluster, type TestCluster } from '@flux-host/test/helpers/cluster.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ConnectedClient } from './client.ts';
import { type LeaderOptions, runAsLeader } from './leader.ts';
import { type Lease, leaseResource } from './lease.ts';
import { clientFromKubeconfig } from './load-client.ts';

let cluster: TestCluster;
let client: ConnectedClient;
let namespace: string;

test.before(async () => {
  cluster = await sharedCluster();
  namespace = await cluster.namespace('leader');
  client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
});

test.after(async () => {
  await client.close();
  await cluster.stop();
});

function candidate(name: string, identity: string, more: Partial<LeaderOptions> = {}): LeaderOptions {
  return {
    client,
    lease: { namespace, name },
    identity,
    leaseDurationMs: 2_000,
    renewDeadlineMs: 1_500,
    retryPeriodMs: 100,
    ...more,
  };
}

const readLease = (name: string) => client.get<Lease>(leaseResource, { namespace, name });

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

test('one of two candidates leads, and the other takes over at once when the first gives the lease back', async () => {
  const [stopA, stopB] = [new AbortController(), new AbortController()];
  const [ledA, ledB] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let leading = 0;
  let most = 0;
  const lead = (led: () => void) => async (signal: AbortSignal) => {
    leading += 1;
    most = Math.max(most, leading);
    led();
    await untilAborted(signal);
    leading -= 1;
  };
  const a = runAsLeader(candidate('handover', 'a'), lead(ledA.resolve), stopA.signal);
  await ledA.promise;
  const announced: string[] = [];
  const onLeader = (identity: string) => announced.push(identity);
  const b = runAsLeader(candidate('handover', 'b', { onLeader }), lead(ledB.resolve), stopB.signal);
  while (announced.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(announced, ['a']);
  assert.is((await readLease('handover')).spec.holderIdentity, 'a');
  stopA.abort();
  assert.is(await a, 'cancelled');
  await ledB.promise;
  const lease = await readLease('handover');
  assert.is(lease.spec.holderIdentity, 'b');
  assert.is(lease.spec.leaseTransitions, 1);
  assert.equal(announced, ['a', 'b']);
  assert.is(most, 1);
  stopB.abort();
  assert.is(await b, 'cancelled');
  assert.is((await readLease('handover')).spec.holderIdentity, '');
});

test('a lease that is renewed is not taken, whatever its clock says; one that stopped changing is', async () => {
  // A holder whose clock is a day slow: its renewTime is always long past.
  const past = () => new Date(Date.now() - 86_400_000).toISOString().replace('Z', '000Z');
  const spec = { holderIdentity: 'slow', leaseDurationSeconds: 2, acquireTime: past(), renewTime: past() };
  await client.create<Lease>(leaseResource, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'skewed', namespace },
    spec,
  });
  const key = { namespace, name: 'skewed' };
  const stop = new AbortController();
  let led = false;
  const leading = Promise.withResolvers<void>();
  const running = runAsLeader(
    candidate('skewed', 'fast'),
    async (signal) => {
      led = true;
      leading.resolve();
      await untilAborted(signal);
    },
    stop.signal,
  );
  for (let renewal = 0; renewal < 12; renewal += 1) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await client.patch(leaseResource, key, { spec: { renewTime: past() } }, { type: 'merge' });
    assert.not(led);
  }
  await leading.promise;
  assert.is((await readLease('skewed')).spec.holderIdentity, 'fast');
  stop.abort();
  await running;
});

test('a leader whose lease was taken away is told to stop and does not give the lease back', async () => {
  const key = { namespace, name: 'stolen' };
  const outcome = await runAsLeader(
    candidate('stolen', 'a'),
    async (signal) => {
      await client.patch(leaseResource, key, { spec: { holderIdentity: 'thief' } }, { type: 'merge' });
      await untilAborted(signal);
    },
    new AbortController().signal,
  );
  assert.is(outcome, 'lost');
  assert.is((await readLease('stolen')).spec.holderIdentity, 'thief');
});

test('a leader that cannot reach the API server stops leading before others may start', async () => {
  const own = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
  const errors: unknown[] = [];
  const outcome = await runAsLeader(
    candidate('cut-off', 'a', { client: own, onError: (error) => errors.push(error) }),
    async (signal) => {
      await own.close();
      await untilAborted(signal);
      // Judged by another process: the lease still counts as held.
      const { renewTime = '', leaseDurationSeconds = 0 } = (await readLease('cut-off')).spec;
      assert.ok(Date.now() < Date.parse(renewTime) + leaseDurationSeconds * 1000);
    },
    new AbortController().signal,
  );
  assert.is(outcome, 'lost');
});

test('the lease outlasts a leader that needs longer than its duration to wind down', async () => {
  const stop = new AbortController();
  await runAsLeader(
    candidate('winding-down', 'a'),
    async () => {
      stop.abort();
      const before = (await readLease('winding-down')).spec.renewTime;
      let now = before;
      while (now === before) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        now = (await readLease('winding-down')).spec.renewTime;
      }
    },
    stop.signal,
  );
  assert.is((await readLease('winding-down')).spec.holderIdentity, '');
});

test('what the work throws comes out, and the lease is free', async () => {
  const fault = new Error('the work failed');
  const thrown = await runAsLeader(
    candidate('faulty', 'a'),
    async () => {
      throw fault;
    },
    new AbortController().signal,
  ).catch((error: unknown) => error);
  assert.is(thrown, fault);
  assert.is((await readLease('faulty')).spec.holderIdentity, '');
});

test.run();
