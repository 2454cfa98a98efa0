import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, deployment } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { createRemoteApp, type Remote, startRemote, storeKubeconfig } from './remote.ts';

let hub: World;
let remote: Remote;
test.before(async () => {
  hub = await createWorld();
  remote = await startRemote(hub);
});
test.after(async () => {
  await hub.close();
  await remote.close();
});

test('objects are applied to the cluster of the kubeconfig, and not to the own one', async () => {
  const app = await createRemoteApp(hub, remote, { files: { 'one.yaml': configMap('one') } });
  await hub.ready(app.kustomization, await app.revision());
  const { metadata } = await remote.get(app.remoteRef('ConfigMap', 'one'));
  assert.is(metadata.labels?.['kustomize.toolkit.fluxcd.io/namespace'], app.namespace);
  assert.is(await hub.find(app.remoteRef('ConfigMap', 'one')), undefined);
});

test('what the repository no longer has is pruned there', async () => {
  const app = await createRemoteApp(hub, remote, {
    files: { 'one.yaml': configMap('one'), 'two.yaml': configMap('two') },
  });
  await hub.ready(app.kustomization);
  await hub.ready(app.kustomization, await app.push({ remove: ['two.yaml'] }));
  await remote.gone(app.remoteRef('ConfigMap', 'two'));
  await remote.get(app.remoteRef('ConfigMap', 'one'));
});

test('health is that of the objects there', async () => {
  const app = await createRemoteApp(hub, remote, {
    files: { 'web.yaml': deployment('web') },
    spec: { wait: true, timeout: '1m' },
  });
  await hub.ready(app.kustomization);
  const { status } = await remote.get(app.remoteRef('Deployment', 'web'));
  assert.is(status?.['readyReplicas'], 1);
});

test('a change that somebody makes there is undone within moments', async () => {
  const app = await createRemoteApp(hub, remote, { files: { 'one.yaml': configMap('one') } });
  await hub.ready(app.kustomization);
  const ref = app.remoteRef('ConfigMap', 'one');
  await remote.patch(ref, { data: { key: 'drifted' } });
  await remote.until(ref, 'to be as in the repository', ({ data }) => data?.['key'] === 'value');
  await remote.delete(ref);
  await remote.until(ref, 'to be back', ({ data }) => data?.['key'] === 'value');
});

test('with another kubeconfig in the Secret the objects go to the other cluster, and nobody watches the first', async () => {
  const app = await createRemoteApp(hub, remote, { files: { 'one.yaml': configMap('one') } });
  await hub.ready(app.kustomization);
  const other = await startRemote(hub);
  try {
    await other.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: app.there } });
    await storeKubeconfig(hub, app.namespace, await other.kubeconfigWith());
    await other.until(app.remoteRef('ConfigMap', 'one'), 'to be there', () => true);
    await other.delete(app.remoteRef('ConfigMap', 'one'));
    await other.until(app.remoteRef('ConfigMap', 'one'), 'to be back', () => true);
    await remote.patch(app.remoteRef('ConfigMap', 'one'), { data: { key: 'left alone' } });
    const asked = await hub.request(app.kustomization);
    await hub.until(
      app.kustomization,
      'to be reconciled',
      ({ status }) => status?.lastHandledReconcileAt === asked,
    );
    const { data } = await remote.get(app.remoteRef('ConfigMap', 'one'));
    assert.is(data?.['key'], 'left alone');
  } finally {
    await other.close();
  }
});

test('a Kustomization that is deleted takes its objects there with it', async () => {
  const app = await createRemoteApp(hub, remote, {
    files: { 'one.yaml': configMap('one') },
    spec: { deletionPolicy: 'WaitForTermination' },
  });
  await hub.ready(app.kustomization);
  await hub.delete(app.kustomization);
  await hub.gone(app.kustomization);
  assert.is(await remote.find(app.remoteRef('ConfigMap', 'one')), undefined);
});

test.run();
