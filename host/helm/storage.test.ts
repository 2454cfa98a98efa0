import { sharedCluster, type TestCluster } from '@flux-host/test/helpers/cluster.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejectionOf } from '../errors/testing.ts';
import type { ConnectedClient } from '../kube/client.ts';
import { secrets } from '../kube/core.ts';
import { clientFromKubeconfig } from '../kube/load-client.ts';
import { secretName } from './release-secret.ts';
import { createStorage } from './storage.ts';
import type { Release, ReleaseStatus } from './types.ts';

let cluster: TestCluster;
let client: ConnectedClient;
const requests: string[] = [];
test.before(async () => {
  cluster = await sharedCluster();
  client = await clientFromKubeconfig({
    kubeconfig: cluster.kubeconfig,
    onRequest: ({ verb }) => requests.push(verb),
  });
});
test.after(async () => {
  await client.close();
  await cluster.stop();
});

const storageIn = (namespace: string) =>
  createStorage({ client, namespace, name: 'app', signal: new AbortController().signal });

const release = (namespace: string, version: number, status: ReleaseStatus): Release => ({
  name: 'app',
  namespace,
  version,
  info: { status },
  chart: { metadata: { name: 'app', version: '1.0.0' } },
  manifest: '',
});

/** Records with these statuses, the first as v1. */
async function records(...statuses: ReleaseStatus[]) {
  const namespace = await cluster.namespace('records');
  const storage = storageIn(namespace);
  for (const [index, status] of statuses.entries()) {
    await storage.create(release(namespace, index + 1, status), 0);
  }
  requests.length = 0;
  return { namespace, storage: storageIn(namespace) };
}

const versions = (found: readonly Release[]) => found.map(({ version }) => version);

test('what was asked for once is known, and so is what was written since', async () => {
  const { storage } = await records('superseded', 'deployed');
  const last = await storage.last();
  assert.is(last?.version, 2);
  assert.equal(versions(await storage.current()), [2]);
  assert.is(requests.length, 2, requests.join());
  if (!last) return;
  last.info = { ...last.info, description: 'only here' };
  assert.is((await storage.last())?.info.description, undefined, 'a copy is changed, not the record');
  await storage.update({ ...last, info: { status: 'superseded' } });
  await storage.create({ ...last, version: 3, info: { status: 'deployed' } }, 0);
  assert.equal(await storage.records(), [
    { version: 1, status: 'superseded' },
    { version: 2, status: 'superseded' },
    { version: 3, status: 'deployed' },
  ]);
  assert.is((await storage.last())?.version, 3);
  assert.is(requests.length, 4, requests.join());
});

test('after a write that failed, and after forgetting, the API server is asked again', async () => {
  const { namespace, storage } = await records('deployed');
  assert.is((await storage.last())?.version, 1);
  // Somebody else is faster.
  await storageIn(namespace).create(release(namespace, 2, 'pending-upgrade'), 0);
  await rejectionOf(storage.create(release(namespace, 2, 'pending-upgrade'), 0));
  assert.is((await storage.last())?.info.status, 'pending-upgrade');
  await client.delete(secrets, { namespace, name: secretName('app', 2) });
  assert.is((await storage.last())?.version, 2);
  storage.forget();
  assert.is((await storage.last())?.version, 1);
});

test('the current records are those from the deployed one on; room is made for a new one, but never by the deployed one', async () => {
  const { storage, namespace } = await records('superseded', 'deployed', 'failed', 'failed');
  assert.equal(versions(await storage.current()), [2, 3, 4]);
  await storage.create(release(namespace, 5, 'pending-upgrade'), 2);
  assert.equal(
    (await storage.records()).map(({ version }) => version),
    [2, 5],
  );
  assert.equal(versions(await storageIn(namespace).history()), [2, 5]);
});

test.run();
