import { parseMetrics } from '@flux-host/test/bench/metrics.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type App, configMap, createApp, deployment, kustomization } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { condition, type Live } from '../live.ts';

/** Every gate of kustomize-controller, turned from what it is here. */
const gates = {
  AdditiveCELDependencyCheck: true,
  CacheSecretsAndConfigMaps: true,
  CancelHealthCheckOnNewRevision: false,
  DirectSourceFetch: true,
  DisableConfigWatchers: true,
  DisableFailFastBehavior: true,
  DisableStatusPollerCache: false,
  ExternalArtifact: true,
  GroupChangeLog: true,
  MigrateAPIVersion: true,
  ObjectLevelWorkloadIdentity: true,
  StrictPostBuildSubstitutions: false,
};

const job = `${JSON.stringify({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'broken' },
  spec: {
    backoffLimit: 0,
    template: {
      metadata: { annotations: { 'local.flux-host.dev/pod': 'fail' } },
      spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'example.com/app:1' }] },
    },
  },
})}\n`;

let world: World;
/** Both take the 30 s of the shortest timeout; meanwhile the other tests run. */
let failing: App;
let overtaken: App;
test.before(async () => {
  const flag = Object.entries(gates).map(([gate, on]) => `${gate}=${on}`);
  world = await createWorld({ flags: [`--feature-gates=${flag.join(',')}`] });
  const spec = { wait: true, timeout: '30s', retryInterval: '1h' };
  const web = deployment('web', { neverReady: true });
  failing = await createApp(world, { files: { 'job.yaml': job, 'web.yaml': web }, spec });
  overtaken = await createApp(world, { files: { 'web.yaml': web }, spec: { ...spec, retryInterval: '1s' } });
});
test.after(() => world.close());

const isChecking = (object: Live) =>
  condition(object, 'Reconciling')?.message.startsWith('Running health checks') ?? false;

test('all gates of Flux are taken, and those that change nothing here are named', async () => {
  const logs = await world.host.logs();
  for (const gate of ['CacheSecretsAndConfigMaps', 'DisableStatusPollerCache']) {
    assert.match(logs, new RegExp(`flag without effect: --feature-gates ${gate}: `));
  }
  for (const gate of ['DirectSourceFetch', 'GroupChangeLog', 'MigrateAPIVersion']) {
    assert.not.match(logs, new RegExp(`flag without effect: --feature-gates ${gate}`));
  }
});

test('without CancelHealthCheckOnNewRevision a commit waits for the end of the health check', async () => {
  await world.until(overtaken.kustomization, 'to check health', isChecking);
  await overtaken.push({ files: { 'web.yaml': deployment('web') } });
  await world.ready(overtaken.source, await overtaken.revision());
});

test('without StrictPostBuildSubstitutions a variable that is not set is empty', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one', { text: `<$\{nobody}>` }) },
    spec: { postBuild: { substitute: { other: 'x' } } },
  });
  await world.ready(app.kustomization);
  assert.is((await world.get(app.ref('ConfigMap', 'one'))).data?.['text'], '<>');
});

test('with DisableConfigWatchers a labelled ConfigMap is read at the next reconcile, not before', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one', { text: `$\{colour}` }) },
    sourceOnly: true,
  });
  const settings = (colour: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'settings',
      namespace: app.namespace,
      labels: { 'reconcile.fluxcd.io/watch': 'Enabled' },
    },
    data: { colour },
  });
  const substituteFrom = [{ kind: 'ConfigMap' as const, name: 'settings' }];
  await world.apply(settings('blue'), kustomization(app.namespace, { postBuild: { substituteFrom } }));
  await world.ready(app.kustomization);
  await world.apply(settings('green'));
  // Something that takes as long as the watch would.
  await world.ready((await createApp(world, { files: { 'two.yaml': configMap('two') } })).kustomization);
  assert.is((await world.get(app.ref('ConfigMap', 'one'))).data?.['text'], 'blue');
  await world.request(app.kustomization);
  await world.until(
    app.ref('ConfigMap', 'one'),
    'to have the new value',
    ({ data }) => data?.['text'] === 'green',
  );
});

test('with DirectSourceFetch the source is read from the API server at each reconcile', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  const reads = async () =>
    parseMetrics([String((await world.cluster.call('/metrics')).body)]).sum(
      'apiserver_request_total',
      ({ resource, verb }) => resource === 'externalartifacts' && verb === 'GET',
    );
  await world.apply(
    kustomization(app.namespace, { sourceRef: { kind: 'ExternalArtifact', name: 'nobody' } }),
  );
  await world.failed(app.kustomization, 'ArtifactFailed', /ExternalArtifact\/.*nobody' not found/);
  const before = await reads();
  assert.ok(before > 0, 'it was asked for');
  const requested = await world.request(app.kustomization);
  await world.until(
    app.kustomization,
    'to answer',
    ({ status }) => status?.lastHandledReconcileAt === requested,
  );
  assert.ok((await reads()) > before, 'and asked for again');
});

test('with GroupChangeLog the log has the objects by what became of them', async () => {
  const app = await createApp(world, {
    files: { 'one.yaml': configMap('one'), 'two.yaml': configMap('two') },
  });
  await world.ready(app.kustomization);
  const lines = (await world.host.logs())
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Record<string, unknown> => JSON.parse(line));
  const applied = lines.find(
    (line) => line['msg'] === 'server-side apply completed' && line['namespace'] === app.namespace,
  );
  assert.equal(applied?.['output'], {
    created: [`ConfigMap/${app.namespace}/one`, `ConfigMap/${app.namespace}/two`],
  });
});

const version = (name: string, storage: boolean) => ({
  name,
  served: true,
  storage,
  schema: {
    openAPIV3Schema: {
      type: 'object',
      properties: {
        spec: { type: 'object', properties: { size: { type: 'integer' }, colour: { type: 'string' } } },
      },
    },
  },
});

test('with MigrateAPIVersion the fields of all managers are brought to the version of the manifest', async () => {
  const group = 'migration.example.com';
  await world.apply({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `parcels.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'Parcel', plural: 'parcels' },
      versions: [version('v1', false), version('v2', true)],
    },
  });
  await world.eventually({ what: 'Parcels to be served' }, () =>
    world.client.resourceFor({ group, version: 'v1', kind: 'Parcel' }).then(
      () => true,
      () => false,
    ),
  );
  const parcel = { apiVersion: `${group}/v2`, kind: 'Parcel', metadata: { name: 'one' }, spec: { size: 1 } };
  const app = await createApp(world, { files: { 'one.yaml': JSON.stringify(parcel) }, sourceOnly: true });
  await world.apply({
    ...parcel,
    apiVersion: `${group}/v1`,
    metadata: { name: 'one', namespace: app.namespace },
    spec: { colour: 'blue' },
  });
  await world.apply(kustomization(app.namespace));
  await world.ready(app.kustomization);
  const resource = await world.client.resourceFor({ group, version: 'v2', kind: 'Parcel' });
  const { metadata } = await world.client.get(resource, { namespace: app.namespace, name: 'one' });
  const versions = metadata.managedFields?.map(({ manager, apiVersion }) => `${manager} ${apiVersion}`);
  assert.equal(versions?.sort(), [`e2e ${group}/v2`, `kustomize-controller ${group}/v2`]);
});

test('with DisableFailFastBehavior a failure does not end the wait for the others', async () => {
  const failed = await world.failed(failing.kustomization, 'HealthCheckFailed', /./, 90_000);
  assert.match(failed.message, /timeout waiting for: \[/);
  assert.match(failed.message, /Job\/[^ ]*\/broken status: 'Failed'/);
  assert.match(failed.message, /Deployment\/[^ ]*\/web status: 'InProgress'/);
});

test('and the commit that waited for the health check is applied after it', async () => {
  await world.ready(overtaken.kustomization, await overtaken.revision(), 90_000);
  const reasons = (await world.events(overtaken.kustomization)).map((event) => event['reason']);
  assert.ok(reasons.includes('HealthCheckFailed'));
  assert.not.ok(reasons.includes('HealthCheckCanceled'));
});

test.run();
