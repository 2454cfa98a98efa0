import { sharedCluster } from '@flux-host/test/helpers/cluster.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clientFromKubeconfig } from '../../kube/load-client.ts';
import type { KubeObject } from '../../kube/types.ts';
import { createApplier } from '../create-applier.ts';
import { hasChanges } from '../diff/diff-set.ts';
import { configMap, countCalls, deployment, group, ownerOf, requestOf } from '../testing.ts';
import type { DriftRequest } from './find.ts';
import { createDriftWatcher } from './watcher.ts';

const cluster = await sharedCluster();
const client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
const { client: counted, take } = countCalls(client);
const configMaps = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };

interface Watched {
  readonly drifts: string[];
  readonly watcher: ReturnType<typeof createDriftWatcher>;
  readonly applier: ReturnType<typeof createApplier>;
}

/** Runs a test with an applier that watches. */
async function watching(work: (watched: Watched) => Promise<void>): Promise<void> {
  const drifts: string[] = [];
  const watcher = createDriftWatcher({ client, group, onDrift: (_owner, { name }) => drifts.push(name) });
  const applier = createApplier({ tracker: watcher });
  try {
    await work({ drifts, watcher, applier });
  } finally {
    applier.close();
    watcher.close();
  }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const edit = (namespace: string, name: string, data: Record<string, string | null>) =>
  client.patch(configMaps, { namespace, name }, { data }, { type: 'merge', fieldManager: 'me' });

const test = suite('finding drift');

test('objects that are as asked for are read once, never dry-run, and then cost nothing', () =>
  watching(async ({ applier, watcher }) => {
    const namespace = await cluster.namespace('find');
    const objects = [configMap(namespace, 'a'), deployment(namespace, 'd')];
    const request: DriftRequest = requestOf(counted, objects, { owner: ownerOf('find') });
    await applier.apply({ ...request, client, tracking: 'none' });
    assert.equal(watcher.size, { kinds: 0, tracked: 0, seen: 0 }, 'nothing is watched unless asked for');
    take();
    const { objects: found } = await applier.findDrift(request);
    assert.equal(
      found.map(({ type }) => type),
      ['none', 'none'],
    );
    assert.equal(take().toSorted(), ['get ConfigMap', 'get Deployment']);
    const ids = [`${namespace}_a__ConfigMap`, `${namespace}_d_apps_Deployment`];
    await until('the first lists', () => ids.every((id) => watcher.recall(id)));
    take();
    await applier.findDrift(request);
    assert.equal(take(), []);
  }));

test('what is changed, removed and made again by others is told at once and found', () =>
  watching(async ({ applier, watcher, drifts }) => {
    const namespace = await cluster.namespace('find');
    const owner = ownerOf('found');
    const request = requestOf(counted, [configMap(namespace, 'a'), configMap(namespace, 'b')], { owner });
    await applier.apply(request);
    await until('the first list', () => watcher.recall(`${namespace}_a__ConfigMap`) !== undefined);
    const next = async (what: string): Promise<KubeObject['kind'][]> => {
      await until(what, () => drifts.includes('a'));
      take();
      const { objects } = await applier.findDrift(request);
      drifts.length = 0;
      return objects.map(({ type }) => type);
    };
    await edit(namespace, 'a', { a: 'mine' });
    assert.equal(await next('the report of the edit'), ['update', 'none']);
    assert.equal(take(), ['get ConfigMap', 'dry-run ConfigMap']);
    await client.delete(configMaps, { namespace, name: 'a' });
    assert.equal(await next('the report of the removal'), ['create', 'none']);
    const labels = { [`${group}/name`]: owner.name, [`${group}/namespace`]: owner.namespace };
    const made = configMap(namespace, 'a');
    await client.create(configMaps, { ...made, metadata: { ...made.metadata, labels } });
    assert.equal(await next('the report that it is there'), ['none', 'none']);
  }));

test('fields that are left to others are no drift, until they are not left to them any more', () =>
  watching(async ({ applier, watcher }) => {
    const namespace = await cluster.namespace('find');
    const request = requestOf(client, [configMap(namespace, 'a')], { owner: ownerOf('left') });
    const ignore = [{ paths: ['/data/a'], target: { kind: 'ConfigMap' } }];
    await applier.apply(request);
    await edit(namespace, 'a', { a: 'mine' });
    assert.equal(hasChanges((await applier.findDrift({ ...request, ignore })).objects), false);
    await until('the first list', () => watcher.recall(`${namespace}_a__ConfigMap`) !== undefined);
    assert.equal(hasChanges((await applier.findDrift({ ...request, ignore })).objects), false);
    assert.equal(hasChanges((await applier.findDrift(request)).objects), true);
    // The applier tells the two apart, too.
    await applier.apply({ ...request, ignore });
    assert.equal((await client.get(configMaps, { namespace, name: 'a' }))['data'], { a: 'mine' });
    await applier.apply(request);
    assert.equal((await client.get(configMaps, { namespace, name: 'a' }))['data'], { a: 'b' });
  }));

test('what is excluded is not compared, and one object that cannot be compared does not hide others', () =>
  watching(async ({ applier }) => {
    const namespace = await cluster.namespace('find');
    const isExcluded = ({ metadata }: KubeObject) => metadata.annotations?.['mine'] === 'yes';
    const unknown = { ...configMap(namespace, 'x'), apiVersion: 'example.com/v1', kind: 'Unknown' };
    const objects = [configMap(namespace, 'a', { annotations: { mine: 'yes' } }), configMap(namespace, 'b')];
    const result = await applier.findDrift({
      ...requestOf(client, [...objects, unknown], { owner: ownerOf('some'), stageTimeoutMs: 0 }),
      isExcluded,
    });
    assert.equal(
      result.objects.map(({ type }) => type),
      ['exclude', 'create'],
    );
    assert.match(result.failures[0]?.message ?? '', /Unknown/);
  }));

test.after(async () => {
  await client.close();
  await cluster.stop();
});
test.run();
