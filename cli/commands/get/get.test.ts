import { GitRepository, Kustomization } from '@flux-host/crds/index.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactStatus } from '../../testing/statuses.ts';
import { gitRepository, joinSharedCluster, kustomization } from '../../testing/world.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;
const namespace = await cluster.namespace();
const hash = 'ab'.repeat(20);

async function setReady(name: string, status: 'True' | 'False', message: string): Promise<void> {
  const condition = {
    type: 'Ready',
    status,
    reason: 'Any',
    message,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
  await client.patch(
    GitRepository,
    { namespace, name },
    { status: { observedGeneration: 1, conditions: [condition], ...artifactStatus(`main@sha1:${hash}`) } },
    { type: 'merge', subresource: 'status' },
  );
}

test.before(async () => {
  await client.create(GitRepository, gitRepository('bad', namespace));
  await client.create(GitRepository, gitRepository('good', namespace, { suspend: true }));
  await client.create(Kustomization, kustomization('good', namespace));
  await setReady('bad', 'False', 'no such branch');
  await setReady('good', 'True', `stored artifact for revision 'main@sha1:${hash}'`);
});
test.after(() => world.close());

test('sources are listed with their short revision, and what suspends and ails them', async () => {
  const { code, out, err } = await world.flux(`get sources git -n ${namespace}`);
  assert.is(code, 0);
  assert.is(err, '');
  const rows = out.split('\n').map((line) => line.split('\t').map((cell) => cell.trim()));
  assert.equal(rows.slice(0, 3), [
    ['NAME', 'REVISION', 'SUSPENDED', 'READY', 'MESSAGE'],
    ['bad', 'main@sha1:abababab', 'False', 'False', 'no such branch', ''],
    ['good', 'main@sha1:abababab', 'True', 'True', "stored artifact for revision 'main@sha1:abababab'", ''],
  ]);
});

test('one object, no header, another spelling of the command', async () => {
  const { out } = await world.flux(`get source git good --no-header --namespace=${namespace}`);
  assert.match(out, /^good\t/);
  assert.is(out.split('\n').length, 2);
});

test('a status selector keeps what has the status, or everything else', async () => {
  const names = async (selector: string) =>
    (await world.flux(`get sources git -n ${namespace} --no-header --status-selector ${selector}`)).out
      .split('\n')
      .map((line) => line.split('\t')[0]?.trim());
  assert.equal(await names('ready=false'), ['bad', '']);
  assert.equal(await names('READY!=false'), ['good', '']);
});

test('all namespaces come with their names, and a source column on request', async () => {
  const { out } = await world.flux('get ks -A --show-source');
  const header = out
    .split('\n')[0]
    ?.split('\t')
    .map((cell) => cell.trim());
  assert.equal(header, ['NAMESPACE', 'NAME', 'SOURCE', 'REVISION', 'SUSPENDED', 'READY', 'MESSAGE']);
  assert.match(out, new RegExp(`${namespace} *\\tgood *\\tGitRepository/${namespace}/good`));
  assert.match(out, 'waiting to be reconciled');
});

test('everything is shown kind by kind, each with an empty line after it', async () => {
  const { code, out } = await world.flux(`get all -n ${namespace}`);
  assert.is(code, 0);
  assert.match(
    out,
    /NAME[^\n]*\ngitrepository\/bad[^\n]*\ngitrepository\/good[^\n]*\n\nNAME[^\n]*\nkustomization\/good[^\n]*\n\n$/,
  );
});

test('what is not there is an error that says so', async () => {
  const missing = await world.flux(`get ks nothing -n ${namespace}`);
  assert.is(missing.code, 1);
  assert.is(missing.err, `✗ Kustomization object 'nothing' not found in "${namespace}" namespace\n`);
  const none = await world.flux(`get hr -n ${namespace}`);
  assert.is(none.err, `✗ no HelmRelease objects found in "${namespace}" namespace\n`);
});

test('a broken label selector is told', async () => {
  const { code, err } = await world.flux(`get ks -n ${namespace} -l a==b==c`);
  assert.is(code, 1);
  assert.match(err, 'cannot read the label selector');
});

test('watching prints every change until the user interrupts', async () => {
  const interrupt = new AbortController();
  let change: Promise<void> | undefined;
  const watching = world.flux(`get sources git good -n ${namespace} --watch`, {
    interrupt: interrupt.signal,
    onOutput(all) {
      if (all.split('\n').length === 3) change ??= setReady('good', 'True', 'changed while watched');
      if (all.includes('changed while watched')) interrupt.abort(new Error('interrupted'));
    },
  });
  const { out } = await watching;
  await change;
  assert.is(out.match(/NAME/g)?.length, 1);
  assert.match(out, /stored artifact[^\n]*\n[^\n]*changed while watched/);
});

test('"get all" cannot be watched', async () => {
  assert.match((await world.flux('get all -w')).err, 'expected a single resource type, but found all');
});

test.run();
