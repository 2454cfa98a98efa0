import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp, kustomization } from './app.ts';
import { createWorld, type World } from './harness.ts';

let world: World;
test.before(async () => {
  world = await createWorld({ flags: ['--default-service-account=tenant', '--no-cross-namespace-refs'] });
});
test.after(() => world.close());

/** Gives an account of the namespace the rights of a namespace's administrator. */
const allow = (namespace: string, name: string) =>
  world.apply(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  );

test('an object that names no account is applied as the default account, which needs the rights', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one') },
    spec: { retryInterval: '1s' },
  });
  const account = `system:serviceaccount:${app.namespace}:tenant`;
  const failure = await world.failed(app.kustomization, 'ReconciliationFailed', /one/);
  assert.match(failure.message, account);
  await allow(app.namespace, 'tenant');
  await world.ready(app.kustomization);
  await world.get(app.ref('ConfigMap', 'one'));
});

test('an account of its own wins over the default', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one') },
    spec: { retryInterval: '1s', serviceAccountName: 'own' },
  });
  await world.failed(
    app.kustomization,
    'ReconciliationFailed',
    new RegExp(`system:serviceaccount:${app.namespace}:own`),
  );
  await allow(app.namespace, 'own');
  await world.ready(app.kustomization);
});

test('what an account applied is deleted as that account too', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await allow(app.namespace, 'tenant');
  await world.ready(app.kustomization);
  await world.delete(app.kustomization);
  await world.gone(app.ref('ConfigMap', 'one'));
});

test('an account that was deleted first does not keep its Kustomization from going', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await allow(app.namespace, 'tenant');
  await world.ready(app.kustomization);
  await world.delete(app.ref('RoleBinding', 'tenant'));
  await world.delete(app.kustomization);
  const refused = /pruning for deleted resource failed: .*one.*cannot get resource/s;
  await world.failed(app.kustomization, 'PruneFailed', refused);
  await world.delete(app.ref('ServiceAccount', 'tenant'));
  await world.gone(app.kustomization);
  await world.get(app.ref('ConfigMap', 'one'));
  const told = (await world.events(app.kustomization)).map((event) => String(Reflect.get(event, 'message')));
  assert.ok(
    told.some((message) => /unable to prune objects: \n.*ConfigMap\/.*\/one/.test(message)),
    told.join('\n'),
  );
});

test('a source in another namespace is out of reach, and the object says so until it is changed', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  await world.ready(app.source);
  const elsewhere = await world.cluster.namespace('other');
  await world.apply(
    kustomization(elsewhere, { sourceRef: { kind: 'GitRepository', name: 'app', namespace: app.namespace } }),
  );
  const ref = `Kustomization/${elsewhere}/app`;
  await world.failed(ref, 'AccessDenied', /cross-namespace references have been blocked/);
  const { status } = await world.get(ref);
  assert.ok(status?.conditions?.some(({ type, status: is }) => type === 'Stalled' && is === 'True'));
});

test.run();
