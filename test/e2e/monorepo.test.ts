import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Metrics, parseMetrics, scrape } from '../bench/metrics.ts';
import { type App, configMap, createApp, kustomization } from './app.ts';
import { createWorld, type World } from './harness.ts';
import { condition } from './live.ts';

let world: World;
test.before(async () => {
  world = await createWorld();
});
test.after(() => world.close());

const overlay = (name: string) => JSON.stringify({ resources: ['../base'], nameSuffix: `-${name}` });

/** Two folders that share a base, one with a kustomization.yaml, one without, and one with a variable. */
const files = {
  'base/kustomization.yaml': JSON.stringify({ resources: ['shared.yaml'] }),
  'base/shared.yaml': configMap('shared'),
  'east/kustomization.yaml': overlay('east'),
  'west/kustomization.yaml': overlay('west'),
  'listed/kustomization.yaml': JSON.stringify({ resources: ['listed.yaml'] }),
  'listed/listed.yaml': configMap('listed'),
  'scanned/scanned.yaml': configMap('scanned'),
  'varied/varied.yaml': configMap('varied'),
};
const folders = ['east', 'west', 'listed', 'scanned', 'varied'];

let app: App;

test('a repository with a Kustomization for each folder is applied', async () => {
  app = await createApp(world, { files, sourceOnly: true });
  for (const name of folders) {
    const postBuild = { substitute: { WHO: 'me' } };
    await world.apply(
      kustomization(app.namespace, { name, path: `./${name}`, ...(name === 'varied' ? { postBuild } : {}) }),
    );
  }
  await allReady(await app.revision());
});

test('a commit that touches one builds one and writes one, and all show the new revision', async () => {
  const touched = { 'listed/listed.yaml': configMap('listed', { changed: 'yes' }) };
  const { builds, writes } = await during(touched);
  assert.equal({ builds, writes }, { builds: 1, writes: 1 });
  assert.is((await world.get(app.ref('ConfigMap', 'listed'))).data?.['changed'], 'yes');
});

test('the others have a history entry for what they have, with the new revision', async () => {
  const { status } = await world.get(app.ref('Kustomization', 'scanned'));
  const [entry, ...more] = status?.history ?? [];
  assert.equal(more, []);
  assert.is(entry?.totalReconciliations, 2);
  assert.equal(Reflect.get(entry ?? {}, 'metadata'), { revision: await app.revision() });
  assert.is(status?.lastAttemptedRevision, await app.revision());
  assert.is(condition(await world.get(app.ref('Kustomization', 'scanned')), 'Reconciling'), undefined);
  const events = await world.events(app.ref('Kustomization', 'scanned'));
  assert.ok(events.length > 0);
});

test('a commit that touches nothing of any Kustomization builds and writes nothing', async () => {
  const { builds, writes } = await during({ 'README.md': 'read me', 'other/file.yaml': configMap('other') });
  assert.equal({ builds, writes }, { builds: 0, writes: 0 });
});

test('a file that comes into a folder without a kustomization.yaml is built; into one with it, not', async () => {
  const added = { 'scanned/more.yaml': configMap('more'), 'listed/more.yaml': configMap('unlisted') };
  const { builds, writes } = await during(added);
  // A new object is tried out before it is created.
  assert.equal({ builds, writes }, { builds: 1, writes: 2 });
  assert.ok(await world.find(app.ref('ConfigMap', 'more')));
  assert.is(await world.find(app.ref('ConfigMap', 'unlisted')), undefined);
});

test('a commit to a base builds those that use it', async () => {
  const { builds, writes } = await during({ 'base/shared.yaml': configMap('shared', { changed: 'yes' }) });
  assert.equal({ builds, writes }, { builds: 2, writes: 2 });
});

test('drift is repaired although nothing is built', async () => {
  const before = await look();
  await world.patch(app.ref('ConfigMap', 'scanned'), { data: { key: 'changed by hand' } });
  await world.until(
    app.ref('ConfigMap', 'scanned'),
    'to be repaired',
    ({ data }) => data?.['key'] === 'value',
  );
  assert.is(buildsOf((await look()).own) - buildsOf(before.own), 0);
});

/** What a commit causes until all Kustomizations are Ready at it. */
async function during(
  changed: Readonly<Record<string, string>>,
): Promise<{ builds: number; writes: number }> {
  const before = await look();
  await allReady(await app.push({ files: changed }));
  const after = await look();
  return {
    builds: buildsOf(after.own) - buildsOf(before.own),
    writes: writesOf(after.server) - writesOf(before.server),
  };
}

async function allReady(revision: string): Promise<void> {
  for (const name of folders) await world.ready(app.ref('Kustomization', name), revision);
}

async function look(): Promise<{ own: Metrics; server: Metrics }> {
  const server = String((await world.cluster.call('/metrics')).body);
  return { own: await scrape([world.host.metricsUrl]), server: parseMetrics([server]) };
}

function buildsOf(metrics: Metrics): number {
  return metrics.sum('flux_host_plugin_calls_total', ({ operation }) => operation === 'build');
}

const writing = new Set(['APPLY', 'PATCH', 'POST', 'PUT', 'DELETE']);

/** Dry runs among them. The cluster's own ConfigMaps are written when it starts and a namespace is made. */
function writesOf(metrics: Metrics): number {
  return metrics.sum(
    'apiserver_request_total',
    ({ resource = '', verb = '' }) => resource === 'configmaps' && writing.has(verb),
  );
}

test.run();
