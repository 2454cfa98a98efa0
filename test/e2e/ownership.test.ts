import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type App, configMap, createApp, deployment, kustomization } from './app.ts';
import { createWorld, type World } from './harness.ts';
import { at } from './live.ts';

let world: World;
test.before(async () => {
  world = await createWorld();
});
test.after(() => world.close());

const annotated = (
  name: string,
  annotations: Record<string, string>,
  data: Record<string, string> = { key: 'value' },
) => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, annotations }, data });

/** A reconcile from end to end, whether or not there is anything to do. */
async function reconciled(app: App): Promise<void> {
  const requested = await world.request(app.kustomization);
  await world.until(
    app.kustomization,
    'to answer',
    ({ status }) => status?.lastHandledReconcileAt === requested,
  );
  await world.ready(app.kustomization);
}

test('what is deleted, edited or unlabelled by hand comes back at once, without an interval', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one'), 'web.yaml': deployment('web') },
  });
  await world.ready(app.kustomization);
  const one = app.ref('ConfigMap', 'one');
  const { uid } = (await world.get(one)).metadata;
  await world.delete(one);
  await world.until(one, 'to be made again', ({ metadata }) => metadata.uid !== uid);
  await world.patch(one, { data: { key: 'edited' } });
  await world.until(one, 'to have its value again', ({ data }) => data?.['key'] === 'value');
  const owner = 'kustomize.toolkit.fluxcd.io/name';
  await world.patch(one, { metadata: { labels: { [owner]: null } } });
  await world.until(
    one,
    'to have its owner label again',
    ({ metadata }) => metadata.labels?.[owner] === 'app',
  );
  await world.patch(app.ref('Deployment', 'web'), { spec: { replicas: 5 } });
  await world.until(
    app.ref('Deployment', 'web'),
    'to have one replica',
    ({ spec }) => spec?.['replicas'] === 1,
  );
});

test('fields that others add and Flux does not set are left alone', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.ready(app.kustomization);
  await world.patch(app.ref('ConfigMap', 'one'), {
    data: { other: 'mine' },
    metadata: { labels: { mine: 'yes' } },
  });
  await reconciled(app);
  const one = await world.get(app.ref('ConfigMap', 'one'));
  assert.is(one.data?.['other'], 'mine');
  assert.is(one.metadata.labels?.['mine'], 'yes');
});

test('fields that kubectl owned are taken over: what Git does not have is removed', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  const resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
  for (const [name, fieldManager] of [
    ['one', 'kubectl-client-side-apply'],
    ['one', 'kubectl'],
  ] as const) {
    await world.client.apply(
      resource,
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: app.namespace },
        data: { key: 'old', [fieldManager]: 'old' },
      },
      { fieldManager, force: true },
    );
  }
  await world.apply(kustomization(app.namespace));
  await world.ready(app.kustomization);
  const one = await world.get(app.ref('ConfigMap', 'one'));
  assert.equal(one.data?.['key'], 'value');
  assert.is(one.data?.['kubectl'], undefined);
  assert.is(one.data?.['kubectl-client-side-apply'], undefined);
  assert.not(one.metadata.managedFields?.some(({ manager }) => manager?.startsWith('kubectl')));
});

test('ssa: Ignore, IfNotPresent and Merge are obeyed', async () => {
  const ssa = 'kustomize.toolkit.fluxcd.io/ssa';
  const app = await createApp(world, {
    files: {
      'ignore.yaml': annotated('ignore', { [ssa]: 'Ignore' }),
      'once.yaml': annotated('once', { [ssa]: 'IfNotPresent' }),
      'merge.yaml': annotated('merge', { [ssa]: 'Merge' }),
      'normal.yaml': configMap('normal'),
    },
  });
  await world.ready(app.kustomization);
  assert.is(await world.find(app.ref('ConfigMap', 'ignore')), undefined);
  await world.patch(app.ref('ConfigMap', 'once'), { data: { key: 'mine' } });
  await app.push({ files: { 'once.yaml': annotated('once', { [ssa]: 'IfNotPresent' }, { key: 'newer' }) } });
  await world.ready(app.kustomization, await app.revision());
  assert.is((await world.get(app.ref('ConfigMap', 'once'))).data?.['key'], 'mine');
  assert.ok(await world.find(app.ref('ConfigMap', 'merge')));
});

test('reconcile: disabled and prune: disabled keep an object as it is', async () => {
  const app = await createApp(world, {
    files: {
      'frozen.yaml': configMap('frozen'),
      'kept.yaml': annotated('kept', { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' }),
      'gone.yaml': configMap('gone'),
    },
  });
  await world.ready(app.kustomization);
  await world.patch(app.ref('ConfigMap', 'frozen'), {
    metadata: { annotations: { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' } },
    data: { key: 'mine' },
  });
  await reconciled(app);
  assert.is((await world.get(app.ref('ConfigMap', 'frozen'))).data?.['key'], 'mine');
  const revision = await app.push({
    remove: ['kept.yaml', 'gone.yaml'],
    files: { 'new.yaml': configMap('new') },
  });
  await world.ready(app.kustomization, revision);
  assert.ok(await world.find(app.ref('ConfigMap', 'kept')));
  assert.is(await world.find(app.ref('ConfigMap', 'gone')), undefined);
});

test('ignored fields are neither corrected nor counted as drift', async () => {
  const app = await createApp(world, {
    files: { 'web.yaml': deployment('web') },
    spec: { ignore: [{ paths: ['/spec/replicas'], target: { kind: 'Deployment' } }] },
  });
  await world.ready(app.kustomization);
  await world.patch(app.ref('Deployment', 'web'), { spec: { replicas: 3 } });
  await reconciled(app);
  await world.ready(
    app.kustomization,
    await app.push({ files: { 'web.yaml': deployment('web', { image: 'example.com/app:2.0.0' }) } }),
  );
  const web = await world.get(app.ref('Deployment', 'web'));
  assert.is(web.spec?.['replicas'], 3);
  assert.is(at(web, 'spec', 'template', 'spec', 'containers', 0, 'image'), 'example.com/app:2.0.0');
});

const policies = [
  { policy: 'MirrorPrune', prune: true, deleted: true },
  { policy: 'MirrorPrune', prune: false, deleted: false },
  { policy: 'Delete', prune: false, deleted: true },
  { policy: 'WaitForTermination', prune: false, deleted: true },
  { policy: 'Orphan', prune: true, deleted: false },
] as const;

for (const { policy, prune, deleted } of policies) {
  test(`deleting a Kustomization with ${policy} and prune: ${prune} ${deleted ? 'deletes' : 'keeps'} its objects`, async () => {
    const app = await createApp(world, {
      files: { 'one.yaml': configMap('one') },
      spec: { deletionPolicy: policy, prune },
    });
    await world.ready(app.kustomization);
    const one = app.ref('ConfigMap', 'one');
    if (policy === 'WaitForTermination') {
      await world.patch(one, { metadata: { finalizers: ['example.com/slow'] } });
      await world.delete(app.kustomization);
      await world.until(one, 'to be terminating', ({ metadata }) => metadata.deletionTimestamp !== undefined);
      assert.ok(await world.find(app.kustomization), 'it waits for its objects');
      await world.patch(one, { metadata: { finalizers: null } });
    } else {
      await world.delete(app.kustomization);
    }
    await world.gone(app.kustomization);
    if (deleted) await world.gone(one);
    else assert.ok(await world.find(one));
  });
}

test('a suspended Kustomization leaves its objects behind when it is deleted', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.ready(app.kustomization);
  await world.patch(app.kustomization, { spec: { suspend: true } });
  await world.delete(app.kustomization);
  await world.gone(app.kustomization);
  assert.ok(await world.find(app.ref('ConfigMap', 'one')));
});

test('an object that another Kustomization owns now is not pruned by its old owner', async () => {
  const app = await createApp(world, {
    files: {
      'a/one.yaml': configMap('one'),
      'a/stay.yaml': configMap('stay'),
      'b/other.yaml': configMap('other'),
    },
    spec: { path: './a' },
  });
  await world.ready(app.kustomization);
  await world.apply(kustomization(app.namespace, { name: 'b', path: './b' }));
  await world.ready(app.ref('Kustomization', 'b'));
  const { uid } = (await world.get(app.ref('ConfigMap', 'one'))).metadata;
  const revision = await app.push({ remove: ['a/one.yaml'], files: { 'b/one.yaml': configMap('one') } });
  await world.ready(app.kustomization, revision);
  await world.ready(app.ref('Kustomization', 'b'), revision);
  // Whoever came first: at the end b owns it and it exists.
  await world.until(
    app.ref('ConfigMap', 'one'),
    'to belong to b',
    ({ metadata }) => metadata.labels?.['kustomize.toolkit.fluxcd.io/name'] === 'b',
  );
  assert.type(uid, 'string');
});

test('objects that are gone already do not keep a Kustomization from going', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one'), 'two.yaml': configMap('two') },
  });
  await world.ready(app.kustomization);
  await world.patch(app.kustomization, { spec: { suspend: true } });
  await world.delete(app.ref('ConfigMap', 'one'));
  await world.gone(app.ref('ConfigMap', 'one'));
  await world.patch(app.kustomization, { spec: { suspend: false, deletionPolicy: 'Delete' } });
  await world.delete(app.kustomization);
  await world.gone(app.kustomization);
  await world.gone(app.ref('ConfigMap', 'two'));
});

test.run();
