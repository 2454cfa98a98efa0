import { parseMetrics } from '@flux-host/test/bench/metrics.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { createReleasedApp, helmRelease } from './release.ts';

/** Gates of helm-controller, turned from what they are here; UseHelm3Defaults stands beside what it changes. */
const gates = {
  AdoptLegacyReleases: true,
  AllowDNSLookups: true,
  CancelHealthCheckOnNewRevision: false,
  DefaultToRetryOnFailure: true,
  DirectSourceFetch: true,
  DisableChartDigestTracking: true,
  OOMWatch: true,
};

let world: World;
test.before(async () => {
  const flag = Object.entries(gates).map(([gate, on]) => `${gate}=${on}`);
  world = await createWorld({ flags: [`--feature-gates=${flag.join(',')}`] });
});
test.after(() => world.close());

/** Never bound: nothing provides the class. */
const claim =
  'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: never}\nspec: {storageClassName: none, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n';

test('gates that change nothing here are named with the reason', async () => {
  const logs = await world.host.logs();
  for (const gate of ['AdoptLegacyReleases', 'AllowDNSLookups', 'OOMWatch']) {
    assert.match(logs, new RegExp(`flag without effect: --feature-gates ${gate}: `));
  }
  for (const gate of ['CancelHealthCheckOnNewRevision', 'DefaultToRetryOnFailure', 'DirectSourceFetch']) {
    assert.not.match(logs, new RegExp(`flag without effect: --feature-gates ${gate}`));
  }
});

test('without CancelHealthCheckOnNewRevision another chart waits for the end of the wait; with DefaultToRetryOnFailure it is tried then', async () => {
  const file = 'chart/templates/claim.yaml';
  const app = await createReleasedApp(world, {
    files: { [file]: claim },
    spec: { timeout: '10s', install: { strategy: { name: 'RetryOnFailure', retryInterval: '1s' } } },
  });
  await world.until(
    app.ref,
    'to wait',
    (each) => condition(each, 'Reconciling')?.message.includes('waiting for') === true,
  );
  await app.publish('1.1.0', { [file]: '' });
  await world.failed(app.ref, 'InstallFailed', /timeout waiting for: \[PersistentVolumeClaim/, 60_000);
  await world.ready(app.ref, undefined, 60_000);
  const reasons = (await world.events(app.ref)).map(({ reason }) => reason);
  assert.ok(reasons.includes('InstallFailed'));
  assert.not(reasons.includes('HealthCheckCanceled'));
});

test('with DefaultToRetryOnFailure a release that failed is not given up', async () => {
  const app = await createReleasedApp(world, {
    files: { 'chart/templates/claim.yaml': claim },
    spec: { timeout: '3s' },
  });
  const object = await world.until(
    app.ref,
    'to say when it is tried again',
    (each) => condition(each, 'Reconciling')?.message === 'retrying after 5m0s',
    60_000,
  );
  assert.is(condition(object, 'Stalled'), undefined);
});

test('with DirectSourceFetch the source is read from the API server', async () => {
  const namespace = await world.cluster.namespace('gates');
  const reads = async () =>
    parseMetrics([String((await world.cluster.call('/metrics')).body)]).sum(
      'apiserver_request_total',
      ({ resource, verb }) => resource === 'ocirepositories' && verb === 'GET',
    );
  const before = await reads();
  await world.apply(helmRelease(namespace, { chartRef: { kind: 'OCIRepository', name: 'nobody' } }));
  await world.failed(`HelmRelease/${namespace}/app`, 'ArtifactFailed', /OCIRepository\/.*nobody' not found/);
  assert.ok((await reads()) > before);
});

test('without the gate ExternalArtifact charts of others are not used', async () => {
  const namespace = await world.cluster.namespace('gates');
  await world.apply(helmRelease(namespace, { chartRef: { kind: 'ExternalArtifact', name: 'theirs' } }));
  await world.failed(
    `HelmRelease/${namespace}/app`,
    'AccessDenied',
    /ExternalArtifact feature gate is disabled/,
  );
});

test.run();
