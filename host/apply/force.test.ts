import { sharedCluster } from '@flux-host/test/helpers/cluster.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { KubeObject } from '../kube/types.ts';
import { actions, deployment, group, openApplier, rejection, requestOf, secrets } from './testing.ts';

const cluster = await sharedCluster();
const { applier, client, close } = await openApplier(cluster);

const test = suite('replace what cannot be changed');

test('with force, or its annotation, an object with a changed immutable field is replaced', async () => {
  const namespace = await cluster.namespace('force');
  const template = {
    metadata: { labels: { app: 'other' } },
    spec: { containers: [{ name: 'web', image: 'x' }] },
  };
  const changed = deployment(namespace, 'd', { selector: { matchLabels: { app: 'other' } }, template });
  await applier.apply(requestOf(client, [deployment(namespace, 'd')]));
  const forced = await applier.apply(requestOf(client, [changed], { force: true }));
  assert.equal(actions(forced), ['Deployment/d created']);
  const back = deployment(namespace, 'd');
  back.metadata.annotations = { [`${group}/force`]: 'Enabled' };
  const { inventory } = forced;
  assert.equal(actions(await applier.apply(requestOf(client, [back], { inventory }))), [
    'Deployment/d created',
  ]);
});

test('force does not delete an object whose replacement would be invalid as well', async () => {
  const namespace = await cluster.namespace('careful');
  await applier.apply(requestOf(client, [deployment(namespace, 'd')]));
  const broken = deployment(namespace, 'd', { replicas: -1 });
  const error = await rejection(applier.apply(requestOf(client, [broken], { force: true })));
  assert.is(error.code, 'FLUX_E_APPLY_REJECTED');
  assert.is((await cluster.call(`/apis/apps/v1/namespaces/${namespace}/deployments/d`)).status, 200);
});

test('an immutable Secret that changed is replaced with force, and its values are in no error without', async () => {
  const namespace = await cluster.namespace('secret');
  const secret = (password: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace },
    immutable: true,
    stringData: { password },
  });
  await applier.apply(requestOf(client, [secret('first')]));
  const error = await rejection(applier.apply(requestOf(client, [secret('second-value')])));
  assert.is(error.code, 'FLUX_E_APPLY_IMMUTABLE');
  await applier.apply(requestOf(client, [secret('second-value')], { force: true }));
  const live = await client.get(secrets, { namespace, name: 's' });
  assert.equal(live['data'], { password: Buffer.from('second-value').toString('base64') });
});

test.after(close);
test.run();
