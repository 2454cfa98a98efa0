import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { allow, createRemoteApp, type Remote, startRemote, storeKubeconfig, tokenOf } from './remote.ts';

let hub: World;
let remote: Remote;
let dir: string;
test.before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'flux-host-remote-'));
  hub = await createWorld({ flags: ['--log-level=debug'] });
  remote = await startRemote(hub);
});
test.after(async () => {
  await hub.close();
  await remote.close();
  await rm(dir, { recursive: true });
});

let count = 0;
/** Each app has content of its own: a restarted host gets every artifact anew, and equal ones would be one. */
const files = () => ({ 'one.yaml': configMap('one', { key: 'value', app: String(++count) }) });

test('spec.serviceAccountName is an account of the other cluster, by the name it has in its own namespace', async () => {
  const app = await createRemoteApp(hub, remote, { files: files(), spec: { serviceAccountName: 'tenant' } });
  const account = `system:serviceaccount:${app.namespace}:tenant`;
  await hub.failed(app.kustomization, 'ReconciliationFailed', new RegExp(account));
  await allow(remote, app.there, { name: 'tenant', namespace: app.namespace });
  await hub.ready(app.kustomization);
  await hub.delete(app.kustomization);
  await hub.gone(app.kustomization);
  assert.is(await remote.find(app.remoteRef('ConfigMap', 'one')), undefined);
});

test('credentials that the cluster does not know are reported, and never shown', async () => {
  const token = 'this-token-was-revoked-long-ago';
  const kubeconfig = await remote.kubeconfigWith({ token });
  const app = await createRemoteApp(hub, remote, { files: files(), kubeconfig });
  const unauthorized =
    /cannot use the cluster of KubeConfig secret '.*': Unauthorized .*wrong, expired or revoked/;
  await hub.failed(app.kustomization, 'ReconciliationFailed', unauthorized);
  const shown = [
    await hub.host.logs(),
    JSON.stringify(await hub.get(app.kustomization)),
    JSON.stringify(await hub.events(app.kustomization)),
  ];
  assert.equal(
    shown.map((text) => text.includes(token) || text.includes(Buffer.from(token).toString('base64'))),
    [false, false, false],
  );
  await storeKubeconfig(hub, app.namespace, await remote.kubeconfigWith());
  await hub.ready(app.kustomization);
});

test('a Secret without a kubeconfig, and none at all, are reported as in Flux', async () => {
  const app = await createApp(hub, {
    files: files(),
    spec: { retryInterval: '1s', kubeConfig: { secretRef: { name: 'remote' } } },
  });
  await hub.failed(
    app.kustomization,
    'ReconciliationFailed',
    /unable to read KubeConfig secret '.*\/remote' error: secrets "remote" not found/,
  );
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'remote', namespace: app.namespace } };
  await hub.apply({ ...secret, stringData: { other: 'x' } });
  await hub.failed(
    app.kustomization,
    'ReconciliationFailed',
    /does not contain a 'value' key with a kubeconfig/,
  );
  await hub.patch(app.kustomization, { spec: { kubeConfig: { secretRef: { key: 'mine' } } } });
  await hub.failed(
    app.kustomization,
    'ReconciliationFailed',
    /does not contain a 'mine' key with a kubeconfig/,
  );
  await hub.apply({ ...secret, stringData: { mine: '{ not: [yaml and "s3cr3t-inside' } });
  const { message } = await hub.failed(app.kustomization, 'ReconciliationFailed', /is not valid YAML/);
  assert.not.match(message, /s3cr3t/);
  await hub.apply({ ...secret, stringData: { mine: await remote.kubeconfigWith() } });
  await hub.failed(
    app.kustomization,
    'ReconciliationFailed',
    new RegExp(`namespaces "${app.namespace}" not found`),
  );
});

test('a program for the credentials is not run, unless a flag allows it', async () => {
  const proof = join(dir, 'was-run');
  const { users } = JSON.parse(await remote.kubeconfigWith());
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: users[0].user.token },
  };
  const kubeconfig = await remote.kubeconfigWith({
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: ['-c', `touch ${proof}; echo '${JSON.stringify(credential)}'`],
      interactiveMode: 'Never',
    },
  });
  const app = await createRemoteApp(hub, remote, { files: files(), kubeconfig });
  await hub.failed(app.kustomization, 'ReconciliationFailed', /user\.exec.*--insecure-kubeconfig-exec/);
  assert.not(existsSync(proof));
  await hub.stopHosts();
  await hub.startHost({ flags: ['--insecure-kubeconfig-exec'] });
  await hub.ready(app.kustomization);
  assert.ok(existsSync(proof));
  await hub.stopHosts();
  await hub.startHost();
});

test('a certificate that is not to be verified is refused, unless a flag allows it', async () => {
  const kubeconfig = await remote.kubeconfigWith(undefined, {
    'certificate-authority-data': undefined,
    'insecure-skip-tls-verify': true,
  });
  const app = await createRemoteApp(hub, remote, { files: files(), kubeconfig });
  await hub.failed(
    app.kustomization,
    'ReconciliationFailed',
    /insecure-skip-tls-verify.*--insecure-kubeconfig-tls/,
  );
  await storeKubeconfig(
    hub,
    app.namespace,
    await remote.kubeconfigWith(undefined, { 'certificate-authority-data': undefined }),
  );
  await hub.failed(app.kustomization, 'ReconciliationFailed', /no TLS connection .*certificate/);
  await storeKubeconfig(hub, app.namespace, kubeconfig);
  await hub.stopHosts();
  await hub.startHost({ flags: ['--insecure-kubeconfig-tls'] });
  await hub.ready(app.kustomization);
  await hub.stopHosts();
  await hub.startHost();
});

test('an identity that may not watch everywhere applies all the same, and corrects drift when it is its turn', async () => {
  const there = 'limited';
  await remote.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: there } });
  const account = { name: 'deployer', namespace: there };
  await remote.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: account });
  await allow(remote, there, account);
  const kubeconfig = await remote.kubeconfigWith({ token: await tokenOf(remote, there, 'deployer') });
  const app = await createRemoteApp(hub, remote, {
    files: files(),
    kubeconfig,
    spec: { targetNamespace: there, wait: true },
  });
  await hub.ready(app.kustomization);
  await hub.eventually({ what: 'a word about it in the log' }, async () =>
    (await hub.host.logs()).includes('may not watch for drift'),
  );
  await remote.patch(`ConfigMap/${there}/one`, { data: { key: 'drifted' } });
  await hub.request(app.kustomization);
  await remote.until(
    `ConfigMap/${there}/one`,
    'to be as in the repository',
    ({ data }) => data?.['key'] === 'value',
  );
});

test.run();
