import { readFile } from 'node:fs/promises';
import { accessOf } from '@flux-host/deploy/local/kubeconfig.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { allow, type Remote, startRemote, storeKubeconfig } from '../remote/remote.ts';
import { createReleasedApp, type ReleasedApp } from './release.ts';

let hub: World;
let remote: Remote;
test.before(async () => {
  hub = await createWorld({ flags: ['--feature-gates=ObjectLevelWorkloadIdentity=true'] });
  remote = await startRemote(hub);
});
test.after(async () => {
  await hub.close();
  await remote.close();
});
test.after.each(() => remote.cluster.startApiServer());

const kubeConfig = { secretRef: { name: 'remote' } };

/** A release for the namespace of the same name in the remote cluster. */
async function createRemoteRelease({
  kubeconfig,
  ...app
}: Parameters<typeof createReleasedApp>[1] & { kubeconfig?: string } = {}): Promise<ReleasedApp> {
  const created = await createReleasedApp(hub, { ...app, spec: { kubeConfig, ...app.spec } });
  await remote.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: created.namespace } });
  await storeKubeconfig(hub, created.namespace, kubeconfig ?? (await remote.kubeconfigWith()));
  return created;
}

const settingsOf = ({ namespace }: ReleasedApp) => `ConfigMap/${namespace}/app-settings`;
const recordOf = ({ namespace }: ReleasedApp, version: number) =>
  `Secret/${namespace}/sh.helm.release.v1.app.v${version}`;

const hook =
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: before\n  annotations: {helm.sh/hook: "pre-install,pre-upgrade"}\ndata:\n  revision: "{{ .Release.Revision }}"\n';
const lookup =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: seen}\ndata:\n  where: {{ (lookup "v1" "ConfigMap" "default" "which").data.cluster | quote }}\n';
const which = (cluster: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'which', namespace: 'default' },
  data: { cluster },
});

test('a release with its hooks and records is made in the cluster of the kubeconfig, and looks up what is there', async () => {
  await hub.apply(which('hub'));
  await remote.apply(which('remote'));
  const app = await createRemoteRelease({
    files: { 'chart/templates/hook.yaml': hook, 'chart/templates/seen.yaml': lookup },
  });
  await hub.ready(app.ref);
  assert.is((await remote.get(settingsOf(app))).data?.['colour'], 'red');
  assert.is((await remote.get(`ConfigMap/${app.namespace}/seen`)).data?.['where'], 'remote');
  await remote.get(`ConfigMap/${app.namespace}/before`);
  await remote.get(recordOf(app, 1));
  assert.is(await hub.find(settingsOf(app)), undefined);
  assert.is(await hub.find(recordOf(app, 1)), undefined);
  await app.publish('1.1.0');
  await remote.until(settingsOf(app), 'to be upgraded', ({ data }) => data?.['revision'] === '2');
  await hub.ready(app.ref);
  await hub.delete(app.ref);
  await hub.gone(app.ref);
  assert.is(await remote.find(settingsOf(app)), undefined);
  assert.is(await remote.find(recordOf(app, 2)), undefined);
});

test('drift is found and put right there', async () => {
  const app = await createRemoteRelease({ spec: { driftDetection: { mode: 'enabled' } } });
  await hub.ready(app.ref);
  await remote.patch(settingsOf(app), { data: { colour: 'mine' } });
  await hub.request(app.ref);
  await remote.until(settingsOf(app), 'to be put right', ({ data }) => data?.['colour'] === 'red');
});

test('objects are made as the account there that the HelmRelease names, with its rights only', async () => {
  const app = await createRemoteRelease({ spec: { serviceAccountName: 'deployer' } });
  const object = await hub.until(
    app.ref,
    'to be refused',
    (each) => condition(each, 'Ready')?.message.includes('forbidden') === true,
  );
  assert.match(condition(object, 'Ready')?.message ?? '', /system:serviceaccount:.+:deployer/);
  await allow(remote, app.namespace, { name: 'deployer', namespace: app.namespace });
  await hub.request(app.ref);
  await hub.ready(app.ref);
  await remote.get(settingsOf(app));
});

test('a cluster of a ConfigMap is reached with a token of a ServiceAccount', async () => {
  const app = await createReleasedApp(hub, { spec: { kubeConfig: { configMapRef: { name: 'remote' } } } });
  const { ca } = accessOf(await readFile(hub.cluster.kubeconfig, 'utf8'));
  // The own cluster is the remote one, since it trusts its own tokens.
  await hub.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'remote',
      namespace: app.namespace,
      labels: { 'reconcile.fluxcd.io/watch': 'Enabled' },
    },
    data: {
      provider: 'generic',
      address: hub.cluster.server,
      'ca.crt': ca,
      audiences: 'https://kubernetes.default.svc',
      serviceAccountName: 'deployer',
    },
  });
  await hub.failed(app.ref, 'RESTClientError', /no token for ServiceAccount .*\/deployer/);
  const account = { name: 'deployer', namespace: app.namespace };
  await hub.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: account });
  await allow(hub, app.namespace, account);
  await hub.request(app.ref);
  await hub.ready(app.ref);
  await hub.get(settingsOf(app));
});

test('a kubeconfig that runs programs or does not check the server is refused', async () => {
  const exec = {
    exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'true', interactiveMode: 'Never' },
  };
  const app = await createRemoteRelease({ kubeconfig: await remote.kubeconfigWith(exec) });
  await hub.failed(app.ref, 'RESTClientError', /user\.exec.*--insecure-kubeconfig-exec/);
  await storeKubeconfig(
    hub,
    app.namespace,
    await remote.kubeconfigWith(undefined, {
      'insecure-skip-tls-verify': true,
      'certificate-authority-data': undefined,
    }),
  );
  await hub.failed(app.ref, 'RESTClientError', /insecure-skip-tls-verify.*--insecure-kubeconfig-tls/);
  await storeKubeconfig(hub, app.namespace, await remote.kubeconfigWith());
  await hub.ready(app.ref);
});

test('a cluster that goes away while a release is waited for is named, and the release is made when it is back', async () => {
  const app = await createRemoteRelease({
    files: { 'chart/templates/claim.yaml': unready },
    spec: { timeout: '10m' },
  });
  await hub.until(
    app.ref,
    'to wait',
    (each) => condition(each, 'Reconciling')?.message.includes('waiting for') === true,
  );
  await remote.cluster.stopApiServer();
  await hub.failed(
    app.ref,
    'RESTClientError',
    /cannot use the cluster of KubeConfig secret '.+\/remote': no answer/,
    60_000,
  );
  await app.publish('1.1.0', { 'chart/templates/claim.yaml': '' });
  await remote.cluster.startApiServer();
  await hub.ready(app.ref, undefined, 90_000);
  assert.is((await remote.get(settingsOf(app))).data?.['chart'], '1.1.0');
});

test('a HelmRelease whose cluster is away stays until that is back, and goes at once without its kubeconfig', async () => {
  const [stays, goes] = [await createRemoteRelease(), await createRemoteRelease()];
  for (const each of [stays, goes]) await hub.ready(each.ref);
  await remote.cluster.stopApiServer();
  await hub.delete(`Secret/${goes.namespace}/remote`);
  for (const each of [stays, goes]) await hub.delete(each.ref);
  await hub.gone(goes.ref);
  await hub.failed(stays.ref, 'UninstallFailed', /failed to uninstall release: .*no answer/);
  await remote.cluster.startApiServer();
  await hub.gone(stays.ref, 60_000);
  assert.is(await remote.find(settingsOf(stays)), undefined);
  await remote.get(settingsOf(goes));
});

/** Never bound: nothing provides the class. */
const unready =
  'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: never}\nspec: {storageClassName: none, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n';

test.run();
