import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Kustomization } from '@flux-host/crds/index.ts';
import { createApplier } from '@flux-host/host/apply/create-applier.ts';
import { requestOf } from '@flux-host/host/apply/testing.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { ownerOf } from '@flux-host/host/reconcile/kustomization/owner.ts';
import { sharedCluster, type TestCluster } from '@flux-host/test/helpers/cluster.ts';
import { giveRights } from '@flux-host/test/helpers/rights.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { folderWith, manifest, type TestFolder } from '../../testing/files.ts';
import { joinCluster, kustomization, type TestWorld } from '../../testing/world.ts';

const changes = '⚠️ identified at least one change, exiting with non-zero exit code\n';

let cluster: TestCluster;
let world: TestWorld;
let namespace: string;
let folder: TestFolder;

function configMap(name: string, data: object = { a: 'b' }): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
}

/** As the host would have applied it for the Kustomization. */
async function applied(owner: string, ...objects: KubeObject[]): Promise<void> {
  const applier = createApplier();
  const request = requestOf(world.client, objects);
  const { inventory } = await applier.apply({ ...request, owner: ownerOf({ namespace, name: owner }) });
  applier.close();
  const status = { inventory: { entries: inventory } };
  const key = { namespace, name: owner };
  await world.client.patch(Kustomization, key, { status }, { type: 'merge', subresource: 'status' });
}

async function withKustomization(name: string, spec: object = {}): Promise<void> {
  await world.client.create(Kustomization, kustomization(name, namespace, spec));
}

const diff = (line: string) =>
  world.flux(`diff ks ${line} -n ${namespace} --progress-bar=false`, { cwd: folder.dir });

test.before(async () => {
  cluster = await sharedCluster();
  world = await joinCluster(cluster.kubeconfig);
  namespace = await cluster.namespace('diff');
  folder = folderWith();
});
test.after(async () => {
  folder.remove();
  await world.close();
  await cluster.stop();
});

test('objects that come, change and go are told, and nothing is told twice over', async () => {
  await withKustomization('app');
  await applied('app', configMap('same'), configMap('changed'), configMap('gone'));
  const kept = {
    ...configMap('kept'),
    metadata: {
      name: 'kept',
      namespace,
      annotations: { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' },
    },
  };
  folder.write({
    'app/all.yaml': [configMap('same'), configMap('changed', { a: 'c' }), configMap('new'), kept]
      .map(manifest)
      .join(''),
  });
  const { code, out, err } = await diff('app --path app');
  assert.is(
    out,
    `► ConfigMap/${namespace}/changed drifted

data.a
± value change
- b
+ c

► ConfigMap/${namespace}/new created
► ConfigMap/${namespace}/kept skipped
► ConfigMap/${namespace}/gone deleted
`,
  );
  assert.is(err, changes);
  assert.is(code, 1);
});

test('no difference is exit code 0 and no output, also in a process of its own', async () => {
  await withKustomization('calm');
  await applied('calm', configMap('calm'));
  folder.write({ 'calm/one.yaml': manifest(configMap('calm')) });
  const program = join(import.meta.dirname, '../../main.ts');
  const run = (...words: string[]) =>
    spawnSync(
      process.execPath,
      [program, '--kubeconfig', cluster.kubeconfig, 'diff', 'kustomization', ...words, '-n', namespace],
      {
        cwd: folder.dir,
        encoding: 'utf8',
      },
    );
  const calm = run('calm', '--path', 'calm');
  assert.equal([calm.status, calm.stdout, calm.stderr], [0, '', '']);
  folder.write({ 'calm/two.yaml': manifest(configMap('two')) });
  const changed = run('calm', '--path', 'calm');
  assert.equal(
    [changed.status, changed.stdout, changed.stderr],
    [1, `► ConfigMap/${namespace}/two created\n`, changes],
  );
  const failed = run('calm', '--path', 'nowhere');
  assert.equal([failed.status, failed.stdout], [2, '']);
  assert.match(failed.stderr, /✗ invalid resource path "nowhere"/);
  assert.is(run('calm', '--no-such-flag').status, 2);
});

test('nothing is deleted by a Kustomization that does not prune', async () => {
  await withKustomization('hoarder', { prune: false });
  await applied('hoarder', configMap('h1'), configMap('h2'));
  folder.write({ 'hoarder/one.yaml': manifest(configMap('h1')) });
  const { code, all } = await diff('hoarder --path hoarder');
  assert.is(all, '');
  assert.is(code, 0);
});

test('a Secret shows which of its values change, and no value', async () => {
  await withKustomization('safe');
  const secret = (data: object) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'login', namespace },
    stringData: data,
  });
  await applied('safe', secret({ password: 'before-this', user: 'same-user' }));
  folder.write({
    'safe/one.yaml': manifest(secret({ password: 'after-that', user: 'same-user', more: 'one-more' })),
  });
  const { out } = await diff('safe --path safe');
  assert.match(out, 'data.password\n± value change\n- *** (before)\n+ *** (after)\n');
  assert.match(out, '  more: "***"\n');
  assert.not.match(out, 'data.user');
  for (const value of ['before-this', 'after-that', 'same-user', 'one-more']) {
    assert.not.match(out, value);
    assert.not.match(out, Buffer.from(value).toString('base64'));
  }
});

test('a Kustomization that is not there is an error, or taken from its file where that is wanted', async () => {
  folder.write({
    'fresh/one.yaml': manifest(configMap('fresh')),
    'fresh.yaml': manifest(kustomization('fresh', namespace)),
  });
  const { code, err } = await diff('fresh --path fresh');
  assert.match(
    err,
    /✗ failed to get kustomization object: kustomizations\.kustomize\.toolkit\.fluxcd\.io "fresh" not found/,
  );
  assert.is(code, 2);
  assert.is((await diff('fresh --path fresh --kustomization-file fresh.yaml')).code, 2);
  const fresh = await diff('fresh --path fresh --kustomization-file fresh.yaml --ignore-not-found');
  assert.is(fresh.out, `► ConfigMap/${namespace}/fresh created\n`);
  assert.is(fresh.code, 1);
  assert.match((await diff('fresh --path fresh --ignore-not-found')).err, /kustomization file is required/);
});

test('nested Kustomizations are followed where their folder is known', async () => {
  const spec = { path: './inner', sourceRef: { kind: 'GitRepository', name: 'repo' } };
  await withKustomization('outer');
  await withKustomization('inner', spec);
  folder.write({
    'repo/outer/inner.yaml': manifest(kustomization('inner', namespace, spec)),
    'repo/inner/one.yaml': manifest(configMap('inner-one')),
  });
  const line = `outer --path repo/outer --recursive --local-sources GitRepository/${namespace}/repo=repo`;
  const { out, code } = await diff(line);
  assert.match(
    out,
    `📁 Kustomization/${namespace}/inner changed\n► ConfigMap/${namespace}/inner-one created\n`,
  );
  assert.is(code, 1);
  const { err } = await diff('outer --path repo/outer --recursive');
  assert.match(err, `✗ cannot get local path for GitRepository/${namespace}/repo of kustomization inner`);
});

test('who may read and not write is told the verb, the resource and the account', async () => {
  const user = 'system:serviceaccount:ci:preview';
  await giveRights(cluster, {
    user,
    rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] }],
  });
  await withKustomization('guarded');
  folder.write({ 'guarded/one.yaml': manifest(configMap('guarded')) });
  const { code, err } = await diff(`guarded --path guarded --as ${user}`);
  assert.match(
    err,
    `✗ ConfigMap/${namespace}/guarded dry-run failed (Forbidden): configmaps "guarded" is forbidden: User "${user}" cannot patch resource "configmaps" in API group "" in the namespace "${namespace}"`,
  );
  assert.is(code, 2);
});

test('what is rejected is told with what was compared all the same', async () => {
  await withKustomization('mixed');
  const bad = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'bad', namespace },
    spec: { ports: [{ port: 0 }] },
  };
  folder.write({ 'mixed/all.yaml': manifest(bad) + manifest(configMap('good')) });
  const { code, out, err } = await diff('mixed --path mixed');
  assert.is(out, `► ConfigMap/${namespace}/good created\n`);
  assert.match(err, /✗ Service\/.*\/bad dry-run failed \(Invalid\): .*spec\.ports\[0\]\.port/);
  assert.is(code, 2);
});

test.run();
