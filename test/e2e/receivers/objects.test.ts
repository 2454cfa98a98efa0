import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { hookUrl, receiver, send, token, tokenSecret } from './webhook.ts';

let world: World;
test.before(async () => {
  world = await createWorld();
});
test.after(() => world.close());

const generic: Partial<Receiver['spec']> = { type: 'generic', resources: [] };

test('a Receiver without its Secret waits for it, and is ready as soon as it is there', async () => {
  const namespace = await world.cluster.namespace('hook');
  await world.apply(receiver(namespace, generic));
  const ref = `Receiver/${namespace}/hook`;
  await world.failed(ref, 'TokenNotFound', /unable to read token from secret '.*\/token'/);
  const waiting = await world.get(ref);
  assert.is(waiting.status?.['webhookPath'], undefined);
  assert.is(condition(waiting, 'Reconciling')?.reason, 'ProgressingWithRetry');
  await world.apply(tokenSecret(namespace));
  assert.is(await send(await hookUrl(world, namespace), { method: 'POST' }), 200);
  const ready = await world.get(ref);
  assert.is(
    condition(ready, 'Ready')?.message,
    `Receiver initialized for path: ${String(ready.status?.['webhookPath'])}`,
  );
  assert.is(condition(ready, 'Reconciling'), undefined);
  const reasons = (await world.events(ref)).map((event) => String(event['reason']));
  assert.ok(reasons.includes('Failed') && reasons.includes('Succeeded'), reasons.join());
});

test('a Secret without the key "token" is of no use', async () => {
  const namespace = await world.cluster.namespace('hook');
  await world.apply({ ...tokenSecret(namespace), data: { other: 'eA==' } }, receiver(namespace, generic));
  await world.failed(`Receiver/${namespace}/hook`, 'TokenNotFound', /required fields 'token'/);
});

test('another token is another path; the old one leads nowhere', async () => {
  const namespace = await world.cluster.namespace('hook');
  await world.apply(tokenSecret(namespace), receiver(namespace, generic));
  const old = await hookUrl(world, namespace);
  await world.apply(tokenSecret(namespace, `${token}-changed`));
  await world.until(
    `Receiver/${namespace}/hook`,
    'to have another path',
    ({ status }) => !old.endsWith(String(status?.['webhookPath'])),
  );
  assert.is(await send(await hookUrl(world, namespace), { method: 'POST' }), 200);
  assert.is(await send(old, { method: 'POST' }), 404);
});

test('a filter that cannot be evaluated stalls the Receiver with the field, until it is corrected', async () => {
  const namespace = await world.cluster.namespace('hook');
  await world.apply(tokenSecret(namespace), receiver(namespace, { ...generic, resourceFilter: "'text'" }));
  const ref = `Receiver/${namespace}/hook`;
  const ready = await world.failed(
    ref,
    'InvalidCELExpression',
    /configuration error: invalid resourceFilter expression/,
  );
  assert.match(ready.message, 'CEL expression output type mismatch: expected bool, got string');
  const stalled = await world.get(ref);
  assert.is(condition(stalled, 'Stalled')?.reason, 'InvalidCELExpression');
  assert.is(stalled.status?.observedGeneration, stalled.metadata.generation);
  const resources = [{ kind: 'GitRepository', name: 'a', filter: 'nobody.knows == 1' }] as const;
  await world.patch(ref, { spec: { resourceFilter: null, resources } });
  await world.failed(
    ref,
    'InvalidCELExpression',
    /invalid filter expression for resources\[0\] \(kind="GitRepository", name="a"\)/,
  );
  await world.patch(ref, { spec: { resources: [] } });
  assert.is(await send(await hookUrl(world, namespace), { method: 'POST' }), 200);
  assert.is(condition(await world.get(ref), 'Stalled'), undefined);
});

test('a reconcile request is answered, and an interval without news writes nothing', async () => {
  const namespace = await world.cluster.namespace('hook');
  await world.apply(tokenSecret(namespace), receiver(namespace, { ...generic, interval: '1s' }));
  await hookUrl(world, namespace);
  const ref = `Receiver/${namespace}/hook`;
  const requestedAt = await world.request(ref);
  const { metadata } = await world.until(
    ref,
    'to have handled the request',
    ({ status }) => status?.lastHandledReconcileAt === requestedAt,
  );
  const reconciles = async () => {
    const text = await (await fetch(world.host.metricsUrl)).text();
    const line = new RegExp(
      `^gotk_reconcile_duration_seconds_count\\{[^}]*namespace="${namespace}"\\} (\\d+)$`,
      'm',
    );
    return Number(line.exec(text)?.[1] ?? 0);
  };
  const before = await reconciles();
  await world.eventually({ what: 'two more intervals' }, async () => (await reconciles()) >= before + 2);
  assert.is((await world.get(ref)).metadata.resourceVersion, metadata.resourceVersion);
});

test('a deleted Receiver is gone, and so is its path', async () => {
  const namespace = await world.cluster.namespace('hook');
  await world.apply(tokenSecret(namespace), receiver(namespace, generic));
  const url = await hookUrl(world, namespace);
  const ref = `Receiver/${namespace}/hook`;
  assert.equal((await world.get(ref)).metadata.finalizers, ['finalizers.fluxcd.io']);
  await world.delete(ref);
  await world.gone(ref);
  await world.eventually(
    { what: 'the path to be gone' },
    async () => (await send(url, { method: 'POST' })) === 404,
  );
});

test.run();
