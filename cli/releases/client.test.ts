import { configMaps, secrets } from '@flux-host/host/kube/core.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { createRedactor } from '@flux-host/host/observability/redact.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { joinSharedCluster } from '../testing/world.ts';
import { renderingClient } from './client.ts';
import { createFuture } from './future.ts';

const world = await joinSharedCluster();
const { cluster } = world;
const namespace = await cluster.namespace('rendering');
test.after(() => world.close());

const object = (kind: string, name: string, rest: object): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace },
  ...rest,
});

test('objects are read as they will be, and as they are where nothing changes them', async () => {
  const [future, redactor] = [createFuture(), createRedactor()];
  const client = renderingClient(world.client, { future, redactor });
  await world.client.create(configMaps, object('ConfigMap', 'one', { data: { a: 'now' } }));
  const read = async () => (await client.get(configMaps, { namespace, name: 'one' }))['data'];
  assert.equal(await read(), { a: 'now' });
  future.add(object('ConfigMap', 'one', { data: { a: 'then' } }));
  assert.equal(await read(), { a: 'then' });
  future.add(object('Secret', 'new', { data: { a: 'QQ==' }, stringData: { b: 'B' } }));
  const added = await client.get(secrets, { namespace, name: 'new' });
  assert.equal(added['data'], { a: 'QQ==', b: 'Qg==' });
});

test('an encrypted Secret of the checkout says nothing: the one of the cluster counts', async () => {
  const [future, redactor] = [createFuture(), createRedactor()];
  const client = renderingClient(world.client, { future, redactor });
  await world.client.create(secrets, object('Secret', 'encrypted', { stringData: { a: 'of-the-cluster' } }));
  future.add(object('Secret', 'encrypted', { data: { a: Buffer.from('**SOPS**').toString('base64') } }));
  const { data } = await client.get<KubeObject & { data: Record<string, string> }>(secrets, {
    namespace,
    name: 'encrypted',
  });
  assert.is(Buffer.from(data['a'] ?? '', 'base64').toString(), 'of-the-cluster');
});

test('what was read of Secrets is masked: whole values, texts within YAML, and those of lists', async () => {
  const [future, redactor] = [createFuture(), createRedactor()];
  const client = renderingClient(world.client, { future, redactor });
  const stringData = { token: 'whole-value', 'values.yaml': 'db:\n  passwords: [first-word, 12345678]\n' };
  await world.client.create(secrets, object('Secret', 'values', { stringData }));
  assert.match(redactor.redact('whole-value first-word'), 'whole-value');
  await client.get(secrets, { namespace, name: 'values' });
  assert.is(redactor.redact('whole-value, first-word, 12345678, db'), '*****, *****, *****, db');
  await world.client.create(secrets, object('Secret', 'listed', { stringData: { a: 'found-by-list' } }));
  await client.list(secrets, { namespace });
  assert.is(redactor.redact('found-by-list'), '*****');
});

test('whatever account a release names, the user asks', async () => {
  const client = renderingClient(world.client, { future: createFuture(), redactor: createRedactor() });
  assert.is(client.impersonate({ user: 'system:serviceaccount:x:nobody' }), client);
});

test.run();
