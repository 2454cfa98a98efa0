import { readFile } from 'node:fs/promises';
import { accessOf } from '@flux-host/deploy/local/kubeconfig.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type App, configMap, createApp } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { allow } from './remote.ts';

/** The API server takes tokens for this audience: its own issuer. Its own cluster is the "remote" one, since it trusts that. */
const audience = 'https://kubernetes.default.svc';

let world: World;
test.before(async () => {
  world = await createWorld({
    flags: [
      '--feature-gates=ObjectLevelWorkloadIdentity=true',
      '--default-kubeconfig-service-account=everybody',
    ],
  });
});
test.after(() => world.close());

let count = 0;

/** A Kustomization with the ConfigMap `remote`, whose data may differ from one that works. */
async function createIdentityApp(data: Record<string, string> = {}): Promise<App> {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one', { app: String(++count) }) },
    spec: { retryInterval: '1s', kubeConfig: { configMapRef: { name: 'remote' } } },
  });
  await describe(app, data);
  return app;
}

async function describe({ namespace }: App, more: Record<string, string>): Promise<void> {
  const { ca } = accessOf(await readFile(world.cluster.kubeconfig, 'utf8'));
  const data = {
    provider: 'generic',
    address: world.cluster.server,
    'ca.crt': ca,
    audiences: audience,
    serviceAccountName: 'deployer',
    ...more,
  };
  await world.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'remote', namespace, labels: { 'reconcile.fluxcd.io/watch': 'Enabled' } },
    data,
  });
}

async function account({ namespace }: App, name: string): Promise<void> {
  await world.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  await allow(world, namespace, { name, namespace });
}

test('a cluster that trusts the issuer is reached with a token of a ServiceAccount, and no stored credential', async () => {
  const app = await createIdentityApp();
  await world.failed(app.kustomization, 'ReconciliationFailed', /no token for ServiceAccount .*\/deployer/);
  await account(app, 'deployer');
  await world.ready(app.kustomization);
  await world.get(app.ref('ConfigMap', 'one'));
  const metrics = await (await fetch(world.host.metricsUrl)).text();
  const labels = `kind="Kustomization",name="app",namespace="${app.namespace}",operation="fetch_kubeconfig"`;
  assert.match(metrics, `gotk_token_cache_events_total{event_type="cache_miss",${labels}}`);
});

test('a token for an audience that the cluster does not take is refused by it', async () => {
  const app = await createIdentityApp({ audiences: 'https://somewhere.else.example' });
  await account(app, 'deployer');
  await world.failed(app.kustomization, 'ReconciliationFailed', /Unauthorized/);
  await describe(app, {});
  await world.ready(app.kustomization);
});

test('a ConfigMap that names no account gets the default one of its namespace', async () => {
  const app = await createIdentityApp({ serviceAccountName: '' });
  await world.failed(
    app.kustomization,
    'ReconciliationFailed',
    /failed to get service account '.*\/everybody': the specified default service account does not exist/,
  );
  await account(app, 'everybody');
  await world.ready(app.kustomization);
});

test('what the host cannot do is refused with a reason', async () => {
  const app = await createIdentityApp({ provider: 'aws' });
  await world.failed(app.kustomization, 'ReconciliationFailed', /provider 'aws', which is not available/);
  await describe(app, { provider: 'here' });
  await world.failed(app.kustomization, 'ReconciliationFailed', /provider 'here', which is not implemented/);
  await describe(app, { address: 'https://169.254.169.254' });
  await world.failed(
    app.kustomization,
    'ReconciliationFailed',
    /169\.254\.169\.254, which the host does not connect to/,
  );
});

test('accounts of objects need the gate', async () => {
  const app = await createIdentityApp();
  await account(app, 'deployer');
  await world.ready(app.kustomization);
  await world.stopHosts();
  await world.startHost();
  await world.failed(
    app.kustomization,
    'ReconciliationFailed',
    /ObjectLevelWorkloadIdentity feature gate is not enabled/,
  );
});

test.run();
