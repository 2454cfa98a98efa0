import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp, deployment } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { createRemoteApp, type Remote, startRemote } from './remote.ts';

let hub: World;
let remote: Remote;
test.before(async () => {
  hub = await createWorld({ flags: ['--concurrent=2'] });
  remote = await startRemote(hub);
});
test.after(async () => {
  await hub.close();
  await remote.close();
});
test.after.each(() => remote.cluster.startApiServer());

/** Until its last answer, by which it is there, counts no more. */
async function stopForSure(): Promise<void> {
  await remote.cluster.stopApiServer();
  await sleep(5000);
}

/** Why Ready is false while a cluster does not answer. */
const away =
  /cannot use the cluster of KubeConfig secret '.+\/remote': no answer from the API server at 127\.0\.0\.1/;

test('a health check ends when the cluster goes away, long before its timeout', async () => {
  const app = await createRemoteApp(hub, remote, {
    files: { 'web.yaml': deployment('web', { neverReady: true }) },
    spec: { wait: true, timeout: '10m' },
  });
  await hub.until(
    app.kustomization,
    'to wait for health',
    (object) => condition(object, 'Reconciling')?.message.startsWith('Running health checks') === true,
  );
  await remote.cluster.stopApiServer();
  await hub.failed(app.kustomization, 'HealthCheckFailed', away, 60_000);
});

test('a cluster that is away is named in the condition, and the Kustomization heals when it is back', async () => {
  const app = await createRemoteApp(hub, remote, {
    files: { 'one.yaml': configMap('one') },
    spec: { retryInterval: '1h' },
  });
  await hub.ready(app.kustomization);
  await remote.cluster.stopApiServer();
  const revision = await app.push({ files: { 'one.yaml': configMap('one', { key: 'new' }) } });
  const { message } = await hub.failed(app.kustomization, 'ReconciliationFailed', away);
  assert.not.match(message, /token/i);
  await remote.cluster.startApiServer();
  // Not after the retry interval: the host notices by itself.
  await hub.ready(app.kustomization, revision, 60_000);
  const { data } = await remote.get(app.remoteRef('ConfigMap', 'one'));
  assert.is(data?.['key'], 'new');
});

test('what happened in a cluster while it did not answer is corrected when it does', async () => {
  const app = await createRemoteApp(hub, remote, { files: { 'one.yaml': configMap('one') } });
  await hub.ready(app.kustomization);
  await stopForSure();
  await hub.request(app.kustomization);
  await hub.failed(app.kustomization, 'ReconciliationFailed', away);
  await remote.cluster.startApiServer();
  await remote.patch(app.remoteRef('ConfigMap', 'one'), { data: { key: 'drifted' } });
  await remote.until(
    app.remoteRef('ConfigMap', 'one'),
    'to be as in the repository',
    ({ data }) => data?.['key'] === 'value',
    60_000,
  );
});

test('others go on while clusters are away, also more of them than may be worked on at once', async () => {
  const gone = await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) =>
      createRemoteApp(hub, remote, { files: { [`${name}.yaml`]: configMap(name) } }),
    ),
  );
  for (const { kustomization } of gone) await hub.ready(kustomization);
  await stopForSure();
  for (const { kustomization } of gone) await hub.request(kustomization);
  for (const { kustomization } of gone) await hub.failed(kustomization, 'ReconciliationFailed', away);
  const near = await createApp(hub, { files: { 'near.yaml': configMap('near') } });
  await hub.ready(near.kustomization);
  assert.not(hub.host.exited);
});

test('a Kustomization whose cluster is away stays until that is back, and says why', async () => {
  const app = await createRemoteApp(hub, remote, { files: { 'one.yaml': configMap('one') } });
  await hub.ready(app.kustomization);
  await remote.cluster.stopApiServer();
  await hub.delete(app.kustomization);
  await hub.failed(
    app.kustomization,
    'ReconciliationFailed',
    /pruning for deleted resource failed: .*no answer/,
  );
  await remote.cluster.startApiServer();
  await hub.gone(app.kustomization, 60_000);
  assert.is(await remote.find(app.remoteRef('ConfigMap', 'one')), undefined);
});

test('one that leaves its objects alone goes at once, cluster or not', async () => {
  const app = await createRemoteApp(hub, remote, { files: { 'one.yaml': configMap('one') } });
  await hub.ready(app.kustomization);
  await remote.cluster.stopApiServer();
  await hub.delete(app.kustomization);
  await hub.failed(app.kustomization, 'ReconciliationFailed', /pruning for deleted resource failed/);
  await hub.patch(app.kustomization, { spec: { deletionPolicy: 'Orphan' } });
  await hub.gone(app.kustomization);
  await remote.cluster.startApiServer();
  await remote.get(app.remoteRef('ConfigMap', 'one'));
});

test.run();
