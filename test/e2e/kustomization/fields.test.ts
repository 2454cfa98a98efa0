import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp, deployment, kustomization } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { at, condition } from '../live.ts';

let world: World;
test.before(async () => {
  world = await createWorld();
});
test.after(() => world.close());

/** How a manifest refers to a variable. */
const variable = (expression: string) => `$\{${expression}}`;

test('substituteStrategy Always fills in defaults where there are no variables; WithVariables leaves them', async () => {
  const files = {
    'one.yaml': configMap('one', { text: variable('absent:=fallback'), price: `$${variable('x')}` }),
  };
  const app = await createApp(world, { files, spec: { postBuild: {} } });
  await world.ready(app.kustomization);
  const one = app.ref('ConfigMap', 'one');
  assert.equal((await world.get(one)).data, {
    text: variable('absent:=fallback'),
    price: `$${variable('x')}`,
  });
  await world.patch(app.kustomization, { spec: { postBuild: { substituteStrategy: 'Always' } } });
  await world.until(one, 'to have the default', ({ data }) => data?.['text'] === 'fallback');
  assert.is((await world.get(one)).data?.['price'], variable('x'));
});

test('a variable becomes a number where a number is wanted; an optional Secret may be missing', async () => {
  const web = deployment('web').replace('"replicas":1', `"replicas":"${variable('count')}"`);
  const app = await createApp(world, {
    files: { 'web.yaml': web },
    spec: {
      postBuild: {
        substitute: { count: '3' },
        substituteFrom: [{ kind: 'Secret', name: 'absent', optional: true }],
      },
    },
  });
  await world.ready(app.kustomization);
  assert.is((await world.get(app.ref('Deployment', 'web'))).spec?.['replicas'], 3);
});

test('buildMetadata says in annotations where an object comes from', async () => {
  const app = await createApp(world, {
    files: {
      'app/kustomization.yaml': JSON.stringify({ resources: ['../base'], namePrefix: 'pre-' }),
      'base/kustomization.yaml': JSON.stringify({ resources: ['one.yaml'] }),
      'base/one.yaml': configMap('one'),
    },
    spec: { path: './app', buildMetadata: ['originAnnotations', 'transformerAnnotations'] },
  });
  await world.ready(app.kustomization);
  const { annotations } = (await world.get(app.ref('ConfigMap', 'pre-one'))).metadata;
  assert.match(annotations?.['config.kubernetes.io/origin'] ?? '', /path: (?:\.\.\/)?base\/one\.yaml/);
  assert.match(annotations?.['alpha.config.kubernetes.io/transformations'] ?? '', /kind: PrefixTransformer/);
});

test('images of the spec are merged into those of the repository: what is not named stays', async () => {
  const digest = `sha256:${'1'.repeat(64)}`;
  const app = await createApp(world, {
    files: {
      'kustomization.yaml': JSON.stringify({
        resources: ['web.yaml'],
        images: [{ name: 'example.com/app', newName: 'mirror.example.com/app', newTag: '1.5.0' }],
      }),
      'web.yaml': deployment('web'),
    },
    spec: { images: [{ name: 'example.com/app', newTag: '2.0.0' }] },
  });
  await world.ready(app.kustomization);
  const image = async () =>
    at(await world.get(app.ref('Deployment', 'web')), 'spec', 'template', 'spec', 'containers', 0, 'image');
  assert.is(await image(), 'mirror.example.com/app:2.0.0');
  await world.patch(app.kustomization, { spec: { images: [{ name: 'example.com/app', digest }] } });
  await world.eventually(
    { what: 'the digest' },
    async () => (await image()) === `mirror.example.com/app@${digest}`,
  );
});

test('force: enabled on an object replaces that object when an immutable field changes, without spec.force', async () => {
  const frozen = (value: string) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'frozen', annotations: { 'kustomize.toolkit.fluxcd.io/force': 'enabled' } },
      immutable: true,
      data: { value },
    });
  const app = await createApp(world, { files: { 'frozen.yaml': frozen('first') } });
  await world.ready(app.kustomization);
  const { uid } = (await world.get(app.ref('ConfigMap', 'frozen'))).metadata;
  const revision = await app.push({ files: { 'frozen.yaml': frozen('second') } });
  await world.ready(app.kustomization, revision);
  const after = await world.get(app.ref('ConfigMap', 'frozen'));
  assert.is(after.data?.['value'], 'second');
  assert.is.not(after.metadata.uid, uid);
});

test('ssa: Merge keeps what kubectl set beside what Git has', async () => {
  const merged = (data: Record<string, string>) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'merged', annotations: { 'kustomize.toolkit.fluxcd.io/ssa': 'Merge' } },
      data,
    });
  const app = await createApp(world, { files: { 'merged.yaml': merged({ git: '1' }) }, sourceOnly: true });
  const resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'merged', namespace: app.namespace },
    data: { kubectl: '1', git: '0' },
  };
  await world.client.apply(resource, object, { fieldManager: 'kubectl', force: true });
  await world.apply(kustomization(app.namespace));
  await world.ready(app.kustomization);
  assert.equal((await world.get(app.ref('ConfigMap', 'merged'))).data, { git: '1', kubectl: '1' });
});

test('a Job that deletes itself once it is done counts as done', async () => {
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'once' },
    spec: {
      ttlSecondsAfterFinished: 0,
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'example.com/app' }] } },
    },
  };
  const app = await createApp(world, {
    files: { 'job.yaml': JSON.stringify(job) },
    spec: { wait: true, timeout: '5m' },
  });
  const ready = await world.ready(app.kustomization);
  assert.is(condition(ready, 'Healthy')?.reason, 'Succeeded');
});

test('what failed is tried again after retryInterval, and the history says how often', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one').replace('"value"', '1') },
    spec: { retryInterval: '1s' },
  });
  const failed = await world.until(
    app.kustomization,
    'to fail more than twice',
    ({ status }) => (status?.history?.[0]?.totalReconciliations ?? 0) > 2,
  );
  assert.is(failed.status?.history?.length, 1);
  assert.is(failed.status?.history?.[0]?.lastReconciledStatus, 'ReconciliationFailed');
  assert.is(condition(failed, 'Reconciling')?.reason, 'ProgressingWithRetry');
  assert.is(failed.status?.inventory, undefined);
});

test('the history keeps five outcomes, the newest first', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one', { round: '0' }) } });
  await world.ready(app.kustomization);
  for (let round = 1; round <= 6; round += 1) {
    const revision = await app.push({ files: { 'one.yaml': configMap('one', { round: String(round) }) } });
    await world.ready(app.kustomization, revision);
  }
  const { status } = await world.get(app.kustomization);
  assert.is(status?.history?.length, 5);
  assert.is(at(status?.history?.[0], 'metadata', 'revision'), await app.revision());
});

test('the timeout of WaitForTermination is told, and the Kustomization goes all the same', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one') },
    spec: { deletionPolicy: 'WaitForTermination', timeout: '30s' },
  });
  await world.ready(app.kustomization);
  await world.patch(app.ref('ConfigMap', 'one'), { metadata: { finalizers: ['example.com/slow'] } });
  await world.delete(app.kustomization);
  await world.gone(app.kustomization, 90_000);
  const told = (await world.events(app.kustomization)).map((event) => String(event['message']));
  assert.ok(told.some((message) => message.startsWith('failed to wait for resources termination')));
  await world.patch(app.ref('ConfigMap', 'one'), { metadata: { finalizers: null } });
});

test.run();
