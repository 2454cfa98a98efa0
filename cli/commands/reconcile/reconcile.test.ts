import { GitRepository, Kustomization } from '@flux-host/crds/index.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Ending, startReconciler } from '../../testing/reconciler.ts';
import { revisionStatus } from '../../testing/statuses.ts';
import { gitRepository, joinSharedCluster, kustomization } from '../../testing/world.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;
const end = new AbortController();
const revision = 'main@sha1:0123456789abcdef0123456789abcdef01234567';

const good = (object: KubeObject): Ending => ({
  ready: 'True',
  reason: 'Succeeded',
  message: 'done',
  status: revisionStatus(object.kind, revision),
});

/** A namespace with a source and a Kustomization of it, and controllers that end as told. */
async function stage(ending: (object: KubeObject) => Ending | undefined, spec: object = {}): Promise<string> {
  const namespace = await cluster.namespace();
  await startReconciler({ client, namespace, signal: end.signal, ending });
  await client.create(GitRepository, gitRepository('app', namespace));
  await client.create(Kustomization, kustomization('app', namespace, spec));
  return namespace;
}

test.after(async () => {
  end.abort();
  await world.close();
});

test('a source is reconciled anew and its revision told', async () => {
  const namespace = await stage(good);
  const { code, out, err } = await world.flux(`reconcile source git app -n ${namespace}`);
  assert.is(
    err,
    `► annotating GitRepository app in ${namespace} namespace
✔ GitRepository annotated
◎ waiting for GitRepository reconciliation
✔ fetched revision ${revision}
`,
  );
  assert.is(code, 0);
  assert.is(out, '');
});

test('a Kustomization can be reconciled with its source first', async () => {
  const namespace = await stage(good);
  const { code, err } = await world.flux(`reconcile ks app --with-source -n ${namespace}`);
  assert.is(code, 0);
  assert.equal(
    err.split('\n').map((line) => line.replace(` in ${namespace} namespace`, '')),
    [
      '► annotating GitRepository app',
      '✔ GitRepository annotated',
      '◎ waiting for GitRepository reconciliation',
      `✔ fetched revision ${revision}`,
      '► annotating Kustomization app',
      '✔ Kustomization annotated',
      '◎ waiting for Kustomization reconciliation',
      `✔ applied revision ${revision}`,
      '',
    ],
  );
});

test('a failure ends the command at once, although the controller tries again', async () => {
  const namespace = await stage((object) =>
    object.kind === 'Kustomization'
      ? { ready: 'False', reason: 'BuildFailed', message: 'no such file', retries: true }
      : good(object),
  );
  const { code, err } = await world.flux(`reconcile ks app -n ${namespace} --timeout 60s`);
  assert.is(code, 1);
  assert.match(err, /\n✗ Kustomization reconciliation failed: 'no such file'\n$/);
});

test('a stalled object ends the command at once', async () => {
  const namespace = await stage(() => ({
    ready: 'False',
    reason: 'URLInvalid',
    message: 'bad url',
    stalled: true,
  }));
  const { code, err } = await world.flux(`reconcile source git app -n ${namespace} --timeout 60s`);
  assert.is(code, 1);
  assert.match(err, "GitRepository reconciliation failed: 'bad url'");
});

test('without a controller the command gives up in time and says what it waited for', async () => {
  const namespace = await stage(() => undefined);
  const { code, err } = await world.flux(`reconcile source git app -n ${namespace} --timeout 500ms`);
  assert.is(code, 1);
  assert.match(
    err,
    `timed out after 500ms waiting for GitRepository app in ${namespace} namespace, which has no status yet`,
  );
  assert.match(err, 'flux check');
});

test('a dependency that is not ready is waited for, and named when time is up', async () => {
  const namespace = await stage(() => ({
    ready: 'False',
    reason: 'DependencyNotReady',
    message: "dependency 'infra' is not ready",
    retries: true,
  }));
  const { err } = await world.flux(`reconcile ks app -n ${namespace} --timeout 1500ms`);
  assert.match(err, /timed out after 1\.5s .*dependency 'infra' is not ready/);
});

test('a suspended object is refused, one that is not there is not found', async () => {
  const namespace = await stage(good, { suspend: true });
  const suspended = await world.flux(`reconcile ks app -n ${namespace}`);
  assert.is(suspended.code, 1);
  assert.match(suspended.err, /^✗ resource is suspended/);
  const missing = await world.flux(`reconcile ks other -n ${namespace}`);
  assert.match(missing.err, 'kustomizations.kustomize.toolkit.fluxcd.io "other" not found');
});

test('a name is required', async () => {
  assert.is((await world.flux('reconcile ks')).err, '✗ Kustomization name is required\n');
});

test('the request is a time that another one cannot equal', async () => {
  const namespace = await stage(good);
  const stamps = new Set<string | undefined>();
  for (let count = 0; count < 2; count += 1) {
    await world.flux(`reconcile source git app -n ${namespace}`);
    const { metadata } = await client.getMetadata(GitRepository, { namespace, name: 'app' });
    stamps.add(metadata.annotations?.['reconcile.fluxcd.io/requestedAt']);
  }
  assert.is(stamps.size, 2);
  for (const stamp of stamps) assert.match(stamp ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z$/);
});

test.run();
