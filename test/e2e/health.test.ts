import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type App, configMap, createApp, deployment, kustomization } from './app.ts';
import { createWorld, type World } from './harness.ts';
import { condition } from './live.ts';

let world: World;
/** Fails after 30 s, the shortest timeout that there is; meanwhile the other tests run. */
let neverReady: App;
test.before(async () => {
  world = await createWorld();
  neverReady = await createApp(world, {
    files: { 'web.yaml': deployment('web', { neverReady: true }), 'one.yaml': configMap('one') },
    spec: { wait: true, timeout: '30s', retryInterval: '1h' },
  });
});
test.after(() => world.close());

const waiting = (object: { status?: { conditions?: { type: string; status: string; message: string }[] } }) =>
  object.status?.conditions?.some(
    ({ type, message }) => type === 'Reconciling' && message.startsWith('Running health checks'),
  ) ?? false;

test('a running health check is shown in the conditions', async () => {
  const checking = await world.until(neverReady.kustomization, 'to show the health check', waiting);
  assert.is(condition(checking, 'Ready')?.status, 'Unknown');
  assert.is(condition(checking, 'Healthy')?.status, 'Unknown');
  assert.match(
    condition(checking, 'Reconciling')?.message ?? '',
    /^Running health checks for revision main@sha1:[0-9a-f]{40} with a timeout of 30s$/,
  );
});

test('a new revision cancels the health check of the old one and is applied at once', async () => {
  const app = await createApp(world, {
    files: { 'web.yaml': deployment('web', { neverReady: true }) },
    spec: { wait: true, timeout: '10m' },
  });
  await world.until(app.kustomization, 'to check health', waiting);
  const revision = await app.push({ files: { 'web.yaml': deployment('web') } });
  await world.ready(app.kustomization, revision);
  const events = await world.events(app.kustomization);
  assert.ok(events.some((event) => event['reason'] === 'HealthCheckCanceled'));
});

test('two quick commits during a health check end at the second one, however they fall', async () => {
  const broken = (image: string) => deployment('web', { neverReady: true, image });
  const app = await createApp(world, {
    files: { 'web.yaml': broken('example.com/app:0') },
    spec: { wait: true, timeout: '10m' },
  });
  for (let round = 0; round < 6; round += 1) {
    await world.until(app.kustomization, 'to check health', waiting);
    await app.push({ files: { 'web.yaml': broken(`example.com/app:${round}-first`) } });
    // Spread over the time that a commit takes to arrive, so that the second falls into each phase of the first.
    await new Promise((resolve) => setTimeout(resolve, round * 40));
    const revision = await app.push({
      files: { 'web.yaml': deployment('web', { image: `example.com/app:${round}` }) },
    });
    await world.ready(app.kustomization, revision);
    await app.push({ files: { 'web.yaml': broken(`example.com/app:${round}-again`) } });
  }
});

test('a change of the spec, a request and the deletion end a running health check too', async () => {
  const app = await createApp(world, {
    files: { 'web.yaml': deployment('web', { neverReady: true }) },
    spec: { wait: true, timeout: '10m' },
  });
  await world.until(app.kustomization, 'to check health', waiting);
  const requested = await world.request(app.kustomization);
  await world.eventually({ what: 'the request to cancel the check' }, async () =>
    (await world.events(app.kustomization)).some(({ message }) =>
      /triggered by a reconcile request/.test(String(message)),
    ),
  );
  await world.until(app.kustomization, 'to check health again', waiting);
  await world.patch(app.kustomization, { spec: { wait: false } });
  const ready = await world.ready(app.kustomization);
  assert.is(ready.status?.lastHandledReconcileAt, requested);
  await world.patch(app.kustomization, { spec: { wait: true } });
  await world.until(app.kustomization, 'to check health again', waiting);
  await world.delete(app.kustomization);
  await world.gone(app.kustomization);
  await world.gone(app.ref('Deployment', 'web'));
});

test('healthChecks look at the named objects only, also at those of others', async () => {
  const app = await createApp(world, {
    files: { 'web.yaml': deployment('web', { neverReady: true }), 'good.yaml': deployment('good') },
    sourceOnly: true,
  });

  await world.apply(
    kustomization(app.namespace, {
      timeout: '10m',
      healthChecks: [
        { apiVersion: 'apps/v1', kind: 'Deployment', name: 'good', namespace: app.namespace },
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'elsewhere', namespace: app.namespace },
      ],
    }),
  );
  await world.until(app.kustomization, 'to check health', waiting);
  await world.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'elsewhere', namespace: app.namespace },
  });
  const ready = await world.ready(app.kustomization);
  assert.is(condition(ready, 'Healthy')?.status, 'True');
});

test('a failed Job fails the Kustomization before the timeout', async () => {
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate' },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { annotations: { 'local.flux-host.dev/pod': 'fail' } },
        spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: 'example.com/migrate' }] },
      },
    },
  };
  const app = await createApp(world, {
    files: { 'job.yaml': JSON.stringify(job) },
    spec: { wait: true, timeout: '10m', retryInterval: '1h' },
  });
  const failure = await world.failed(
    app.kustomization,
    'HealthCheckFailed',
    /Job\/.*migrate status: 'Failed'/,
  );
  assert.ok(failure);
});

test('without checks there is no Healthy condition', async () => {
  const app = await createApp(world, { files: { 'web.yaml': deployment('web') }, spec: { wait: true } });
  await world.ready(app.kustomization);
  await world.patch(app.kustomization, { spec: { wait: false } });
  await world.until(
    app.kustomization,
    'to have no Healthy condition',
    (object) => condition(object, 'Healthy') === undefined && condition(object, 'Ready')?.status === 'True',
  );
});

test('a Deployment that never turns ready fails after the timeout, and the message names it', async () => {
  const app = neverReady;
  const failure = await world.failed(
    app.kustomization,
    'HealthCheckFailed',
    /^health check failed after 3\d\.?\d*s: /,
    60_000,
  );
  assert.match(failure.message, new RegExp(`Deployment/${app.namespace}/web status: 'InProgress'`));
  assert.not.match(failure.message, /ConfigMap/);
  const object = await world.get(app.kustomization);
  const { status } = object;
  assert.is(condition(object, 'Healthy')?.status, 'False');
  assert.is(status?.lastAppliedRevision, undefined);
  assert.is(status?.lastAttemptedRevision, await app.revision());
  assert.is(status?.history?.[0]?.lastReconciledStatus, 'HealthCheckFailed');
  const events = await world.events(app.kustomization);
  assert.ok(events.some((event) => event['reason'] === 'HealthCheckFailed' && event['type'] === 'Warning'));
});

test.run();
