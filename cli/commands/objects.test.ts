import { GitRepository, Kustomization } from '@flux-host/crds/index.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { secrets } from '../cluster/resources.ts';
import { condition, putObject } from '../testing/objects.ts';
import { type Ending, startReconciler } from '../testing/reconciler.ts';
import { artifactStatus, revisionStatus } from '../testing/statuses.ts';
import { gitRepository, joinSharedCluster, kustomization } from '../testing/world.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;
const end = new AbortController();

test.after(async () => {
  end.abort();
  await world.close();
});

async function stage(names: readonly string[], spec: object = {}): Promise<string> {
  const namespace = await cluster.namespace();
  for (const name of names) await client.create(Kustomization, kustomization(name, namespace, spec));
  return namespace;
}

async function isSuspended(namespace: string, name: string): Promise<unknown> {
  return (await client.get<Kustomization>(Kustomization, { namespace, name })).spec.suspend;
}

test('several objects are suspended, each once, and a missing one is named', async () => {
  const namespace = await stage(['a', 'b']);
  const { code, err } = await world.flux(`suspend ks a nope a -n ${namespace}`);
  assert.is(code, 0);
  assert.is(
    err,
    `► suspending kustomization a in ${namespace} namespace
✔ kustomization suspended
✗ Kustomization nope not found in ${namespace} namespace
`,
  );
  assert.is(await isSuspended(namespace, 'a'), true);
  assert.is(await isSuspended(namespace, 'b'), undefined);
});

test('--all suspends and resumes the whole namespace', async () => {
  const namespace = await stage(['a', 'b']);
  assert.is((await world.flux(`suspend ks --all -n ${namespace}`)).code, 0);
  assert.is(await isSuspended(namespace, 'b'), true);
  const { code, err } = await world.flux(`resume ks --all -n ${namespace}`);
  assert.is(code, 0);
  assert.is(err.match(/✔ kustomization resumed/g)?.length, 2);
  assert.not.match(err, 'waiting');
  assert.is(await isSuspended(namespace, 'b'), undefined);
});

test('resuming names the object that is missing, and waits for the others on request', async () => {
  const namespace = await stage(['a', 'b'], { suspend: true });
  const ending = ({ kind, metadata }: KubeObject): Ending =>
    metadata.name === 'a'
      ? { ready: 'True', reason: 'Succeeded', message: '', status: revisionStatus(kind, 'v1') }
      : { ready: 'False', reason: 'BuildFailed', message: 'broken' };
  await startReconciler({ client, namespace, signal: end.signal, ending });
  const { code, err } = await world.flux(`resume ks a nope b --wait -n ${namespace}`);
  assert.is(code, 1);
  assert.match(err, `✗ Kustomization object 'nope' not found in ${namespace} namespace\n`);
  assert.match(
    err,
    /✔ Kustomization a reconciliation completed\n✔ applied revision v1\n✗ Kustomization b reconciliation failed: broken\n✗ reconciliation failed for 1 Kustomization\(s\)\n$/,
  );
});

test('a single object is waited for unless the user says no', async () => {
  const namespace = await stage(['a'], { suspend: true });
  const { code, err } = await world.flux(`resume ks a --wait=false -n ${namespace}`);
  assert.is(code, 0);
  assert.not.match(err, 'waiting');
  const waited = await world.flux(`resume ks a -n ${namespace} --timeout 300ms`);
  assert.is(waited.code, 1);
  assert.match(waited.err, '◎ waiting for Kustomization reconciliation');
});

test('deleting asks first, and anything but yes keeps the object', async () => {
  const namespace = await stage(['a']);
  for (const input of ['n\n', '', 'yess\n']) {
    const { code, err } = await world.flux(`delete ks a -n ${namespace}`, { input });
    assert.is(code, 1);
    assert.match(err, /^\? Are you sure you want to delete this kustomization\? \[y\/N\] ✗ aborting\n$/);
  }
  assert.is((await world.flux(`delete ks a -n ${namespace}`, { input: 'y\n' })).code, 0);
  const gone = await client.get(Kustomization, { namespace, name: 'a' }).catch((error: unknown) => error);
  assert.ok(isKube(gone, 'notFound'));
  assert.match((await world.flux(`delete ks a -s -n ${namespace}`)).err, 'not found');
});

test('an export holds what belongs into Git and can be applied as it is', async () => {
  const namespace = await stage(['b', 'a'], { force: false, timeout: '90s', suspend: true });
  const { out, err } = await world.flux(`export ks --all -n ${namespace}`);
  assert.is(err, '');
  const one = (name: string) => `---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  interval: 5m0s
  path: ./deploy
  prune: true
  sourceRef:
    kind: GitRepository
    name: ${name}
  suspend: true
  timeout: 1m30s
`;
  assert.is(out, one('a') + one('b'));
});

test('credentials are exported only on request, and once', async () => {
  const namespace = await cluster.namespace();
  await client.create(secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'creds', namespace },
    stringData: { password: 'p4ss' },
  });
  for (const name of ['a', 'b']) {
    await client.create(GitRepository, gitRepository(name, namespace, { secretRef: { name: 'creds' } }));
  }
  const plain = await world.flux(`export source git --all -n ${namespace}`);
  assert.not.match(plain.out, 'kind: Secret');
  const full = await world.flux(`export source git --all --with-credentials -n ${namespace}`);
  assert.is(full.out.match(/kind: Secret/g)?.length, 1);
  assert.match(full.out, `  password: ${Buffer.from('p4ss').toString('base64')}\n`);
});

test('statistics count what runs, fails and is suspended, and add up what is stored', async () => {
  const namespace = await stage(['a', 'b'], { suspend: true });
  const status = { conditions: [condition({ status: 'False', reason: 'BuildFailed' })] };
  await putObject({ ...kustomization('c', namespace), status }, client);
  for (const name of ['a', 'b']) {
    await putObject({ ...gitRepository(name, namespace), status: artifactStatus('v1') }, client);
  }
  const { out } = await world.flux(`stats -n ${namespace}`);
  assert.match(out, /^RECONCILERS *\tRUNNING\tFAILING\tSUSPENDED\tSTORAGE \n/);
  assert.match(out, /\nKustomization *\t1 *\t1 *\t2 *\t- *\t\n/);
  assert.match(out, /\nGitRepository *\t2 *\t0 *\t0 *\t4\.0 KiB *\t\n/);
  assert.is(out.split('\n').length, 15);
  const everywhere = await world.flux('stats -A');
  const count = Number(/\nKustomization *\t(\d+)/.exec(everywhere.out)?.[1]);
  assert.ok(count >= 1);
});

test('statistics of a user who may not see all kinds say which are left out', async () => {
  const namespace = await cluster.namespace();
  const { code, out, err } = await world.flux(`stats -n ${namespace} --as nobody`);
  assert.is(code, 0);
  assert.match(err, /⚠️ cannot list .*kustomizations\.kustomize\.toolkit\.fluxcd\.io is forbidden/);
  assert.match(out, /\nKustomization *\t0/);
});

test.run();
