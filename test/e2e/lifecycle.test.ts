import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp, deployment, gitRepository, kustomization } from './app.ts';
import { createWorld, type World } from './harness.ts';
import { at, condition } from './live.ts';

let world: World;
test.before(async () => {
  world = await createWorld();
});
test.after(() => world.close());

test('a repository becomes objects in the cluster, and both report Ready as Flux does', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one'), 'two.yaml': configMap('two') },
  });
  const revision = await app.revision();
  const source = await world.ready(app.source, revision);
  const ready = await world.ready(app.kustomization, revision);

  assert.equal(source.metadata.finalizers, ['finalizers.fluxcd.io']);
  const commit = revision.slice('main@sha1:'.length);
  const { artifact } = source.status ?? {};
  assert.is(artifact?.revision, revision);
  assert.match(artifact?.digest ?? '', /^sha256:[0-9a-f]{64}$/);
  assert.is(artifact?.path, `gitrepository/${app.namespace}/app/${commit}.tar.gz`);
  assert.is(artifact?.url, `${world.host.artifactUrl}/${artifact?.path}`);
  assert.match(artifact?.lastUpdateTime ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.ok((artifact?.size ?? 0) > 0);
  const stored = condition(source, 'ArtifactInStorage');
  assert.is(stored?.status, 'True');
  assert.is(stored?.reason, 'Succeeded');
  assert.is(stored?.message, `stored artifact for revision '${revision}'`);
  assert.is(condition(source, 'Ready')?.reason, 'Succeeded');
  assert.is(condition(source, 'Reconciling'), undefined);

  assert.equal(ready.metadata.finalizers, ['finalizers.fluxcd.io']);
  assert.is(condition(ready, 'Ready')?.reason, 'ReconciliationSucceeded');
  assert.is(condition(ready, 'Ready')?.message, `Applied revision: ${revision}`);
  assert.is(condition(ready, 'Ready')?.observedGeneration, ready.metadata.generation);
  assert.is(condition(ready, 'Reconciling'), undefined);
  assert.is(ready.status?.lastAttemptedRevision, revision);
  assert.equal(ready.status?.inventory?.entries, [
    { id: `${app.namespace}_one__ConfigMap`, v: 'v1' },
    { id: `${app.namespace}_two__ConfigMap`, v: 'v1' },
  ]);
  const [snapshot] = ready.status?.history ?? [];
  assert.match(snapshot?.digest ?? '', /^sha256:[0-9a-f]{64}$/);
  assert.is(snapshot?.lastReconciledStatus, 'ReconciliationSucceeded');
  assert.is(snapshot?.totalReconciliations, 1);
  assert.equal(Reflect.get(snapshot ?? {}, 'metadata'), { revision });
});

test('applied objects carry the owner labels and belong to the field manager kustomize-controller', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.ready(app.kustomization);
  const { metadata } = await world.get(app.ref('ConfigMap', 'one'));
  assert.is(metadata.labels?.['kustomize.toolkit.fluxcd.io/name'], 'app');
  assert.is(metadata.labels?.['kustomize.toolkit.fluxcd.io/namespace'], app.namespace);
  assert.equal(
    metadata.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`),
    ['kustomize-controller Apply'],
  );
  const managers = async (ref: string) =>
    (await world.get(ref)).metadata.managedFields?.map(({ manager }) => manager) ?? [];
  assert.ok((await managers(app.kustomization)).includes('gotk-kustomize-controller'));
  assert.ok((await managers(app.source)).includes('source-controller'));
});

test('a pushed commit rolls out, what it removes is pruned, and the history has both', async () => {
  const app = await createApp(world, {
    files: { 'keep.yaml': configMap('keep'), 'drop.yaml': configMap('drop') },
  });
  await world.ready(app.kustomization, await app.revision());
  const revision = await app.push({
    files: { 'keep.yaml': configMap('keep', { key: 'new' }) },
    remove: ['drop.yaml'],
  });
  const ready = await world.ready(app.kustomization, revision);
  assert.is((await world.get(app.ref('ConfigMap', 'keep'))).data?.['key'], 'new');
  assert.is(await world.find(app.ref('ConfigMap', 'drop')), undefined);
  assert.equal(
    ready.status?.inventory?.entries.map(({ id }) => id),
    [`${app.namespace}_keep__ConfigMap`],
  );
  assert.is(ready.status?.history?.length, 2);
});

test('with prune: false removed objects stay in the cluster', async () => {
  const app = await createApp(world, {
    files: { 'keep.yaml': configMap('keep'), 'drop.yaml': configMap('drop') },
    spec: { prune: false },
  });
  await world.ready(app.kustomization, await app.revision());
  await world.ready(app.kustomization, await app.push({ remove: ['drop.yaml'] }));
  assert.ok(await world.find(app.ref('ConfigMap', 'drop')));
});

test('the interval alone finds a new commit', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') }, source: { interval: '1s' } });
  await world.ready(app.kustomization, await app.revision());
  await app.repository.commit({ files: { 'one.yaml': configMap('one', { key: 'later' }) } });
  await world.ready(app.kustomization, await app.revision());
});

test('a reconcile request is answered in lastHandledReconcileAt, ready or not', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.ready(app.kustomization);
  for (const ref of [app.source, app.kustomization]) {
    const requested = await world.request(ref);
    await world.until(ref, 'to answer', ({ status }) => status?.lastHandledReconcileAt === requested);
    await world.ready(ref);
  }
  await world.patch(app.kustomization, { spec: { path: './missing' } });
  await world.failed(app.kustomization, 'ArtifactFailed', /missing/);
  const again = await world.request(app.kustomization);
  await world.until(app.kustomization, 'to answer', ({ status }) => status?.lastHandledReconcileAt === again);
});

test('nothing happens while suspended; resuming catches up', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  const before = await app.revision();
  await world.ready(app.kustomization, before);
  await world.patch(app.kustomization, { spec: { suspend: true } });
  const revision = await app.push({ files: { 'two.yaml': configMap('two') } });
  await world.ready(app.source, revision);
  await world.delete(app.ref('ConfigMap', 'one'));
  await world.request(app.kustomization);
  // What would be wrong has had its chance once another object went through the same queue.
  await world.apply(
    kustomization(app.namespace, { name: 'other', path: './', prune: false, namePrefix: 'other-' }),
  );
  await world.ready(`Kustomization/${app.namespace}/other`, revision);
  assert.is((await world.get(app.kustomization)).status?.lastAppliedRevision, before);
  assert.is(await world.find(app.ref('ConfigMap', 'one')), undefined);
  await world.patch(app.kustomization, { spec: { suspend: false } });
  await world.ready(app.kustomization, revision);
  assert.ok(await world.find(app.ref('ConfigMap', 'one')));
});

test('a suspended source keeps its artifact and fetches nothing', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  const before = await app.revision();
  await world.ready(app.kustomization, before);
  await world.patch(app.source, { spec: { suspend: true } });
  await app.push({ files: { 'two.yaml': configMap('two') } });
  const other = await createApp(world, { files: { 'x.yaml': configMap('x') } });
  await world.ready(other.source);
  assert.is((await world.get(app.source)).status?.artifact?.revision, before);
  await world.patch(app.source, { spec: { suspend: null } });
  await world.ready(app.source, await app.revision());
});

test('Events tell the story in the words of Flux', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  const revision = await app.revision();
  const ready = await world.ready(app.kustomization, revision);
  const told = async (ref: string, reason: string, message: RegExp) => {
    let found: unknown;
    await world.eventually({ what: `an event ${reason} of ${ref}` }, async () => {
      const events = await world.events(ref);
      found = events.find((event) => event['reason'] === reason && message.test(String(event['message'])));
      return found !== undefined;
    });
    return found;
  };
  const artifact = await told(app.source, 'NewArtifact', /^stored artifact for commit 'first commit'$/);
  assert.is(at(artifact, 'type'), 'Normal');
  assert.is(at(artifact, 'source', 'component'), 'source-controller');
  assert.is(at(artifact, 'metadata', 'annotations', 'source.toolkit.fluxcd.io/revision'), revision);
  const source = await world.get(app.source);
  assert.is(
    at(artifact, 'metadata', 'annotations', 'source.toolkit.fluxcd.io/digest'),
    source.status?.artifact?.digest,
  );
  const changes = await told(
    app.kustomization,
    'Progressing',
    new RegExp(`^ConfigMap/${app.namespace}/one created$`),
  );
  assert.is(at(changes, 'metadata', 'annotations', 'kustomize.toolkit.fluxcd.io/revision'), revision);
  assert.is(at(changes, 'involvedObject', 'uid'), ready.metadata.uid);
  const done = await told(
    app.kustomization,
    'ReconciliationSucceeded',
    /^Reconciliation finished in .+, next run in 1h0m0s$/,
  );
  assert.is(at(done, 'source', 'component'), 'kustomize-controller');
});

test('a Kustomization of a repository that comes later starts by itself', async () => {
  const namespace = await world.cluster.namespace('later');
  await world.apply(kustomization(namespace));
  await world.failed(
    `Kustomization/${namespace}/app`,
    'ArtifactFailed',
    /Source 'GitRepository\/.*app' not found/,
  );
  const repository = await world.git.createRepository('later', { 'one.yaml': configMap('one') });
  await world.apply(gitRepository(namespace, { url: repository.url }));
  await world.ready(`Kustomization/${namespace}/app`);
});

test('a spec that changes while it is being reconciled is not lost', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  for (let round = 1; round <= 8; round += 1) {
    for (const step of ['a', 'b', 'c']) {
      const value = `${round}${step}`;
      await world.patch(app.source, { spec: { ignore: `# ${value}` } });
      await world.patch(app.kustomization, { spec: { namePrefix: `n${value}-` } });
    }
    await world.until(
      app.source,
      'to have seen its last spec',
      ({ status }) => status?.['observedIgnore'] === `# ${round}c`,
    );
    await world.ready(app.source);
    await world.ready(app.kustomization);
    assert.ok(await world.find(app.ref('ConfigMap', `n${round}c-one`)), `round ${round}`);
  }
});

test("Flux's API in the repository itself: Kustomizations that make Kustomizations", async () => {
  const app = await createApp(world, { files: { 'apps/one.yaml': configMap('one') }, sourceOnly: true });
  const child = { ...kustomization(app.namespace, { name: 'child', path: './apps' }) };
  await app.push({ files: { 'flux/child.yaml': JSON.stringify(child) } });
  await world.apply(kustomization(app.namespace, { path: './flux', wait: true }));
  await world.ready(app.kustomization, await app.revision());
  await world.ready(app.ref('Kustomization', 'child'), await app.revision());
  await world.delete(app.kustomization);
  await world.gone(app.kustomization);
  await world.gone(app.ref('Kustomization', 'child'));
  await world.gone(app.ref('ConfigMap', 'one'));
});

test('a Deployment rolls out with wait: true, and Healthy says so', async () => {
  const app = await createApp(world, {
    files: { 'web.yaml': deployment('web', { replicas: 2 }) },
    spec: { wait: true },
  });
  const ready = await world.ready(app.kustomization, await app.revision());
  assert.is(condition(ready, 'Healthy')?.status, 'True');
  assert.is(condition(ready, 'Healthy')?.reason, 'Succeeded');
  assert.match(condition(ready, 'Healthy')?.message ?? '', /^Health check passed in /);
  const web = await world.get(app.ref('Deployment', 'web'));
  assert.is(at(web.status, 'readyReplicas'), 2);
});

test.run();
