import { startGitServer } from '@flux-host/test/helpers/git-server.ts';
import { startHost } from '@flux-host/test/helpers/host.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { joinSharedCluster } from './testing/world.ts';

const world = await joinSharedCluster();
const { cluster } = world;
const namespace = await cluster.namespace();
const git = await startGitServer();
// The cluster is shared: the host looks after this namespace alone.
const host = await startHost({
  kubeconfig: cluster.kubeconfig,
  flags: ['--watch-all-namespaces=false'],
  env: { RUNTIME_NAMESPACE: namespace },
});

test.after(async () => {
  await host.stop();
  await git.close();
  await world.close();
});

test('what the commands wait for is what the host writes', async () => {
  const repository = await git.createRepository('app', {
    'deploy/hello.yaml': `{apiVersion: v1, kind: ConfigMap, metadata: {name: hello, namespace: ${namespace}}}\n`,
    'broken/nothing.yaml': '{apiVersion: v1, kind: Nothing, metadata: {name: x}}\n',
  });
  const source = await world.flux(
    `create source git app --url=${repository.url} --branch=main -n ${namespace}`,
  );
  assert.is(source.code, 0, source.err);
  const revision = /✔ fetched revision: (main@sha1:[0-9a-f]{40})\n$/.exec(source.err)?.[1];
  assert.ok(revision, source.err);

  const line = `create ks app --source app --path ./deploy --prune --wait -n ${namespace}`;
  const created = await world.flux(line);
  assert.is(created.code, 0, created.err);
  assert.match(created.err, `✔ applied revision ${revision}\n`);

  const again = await world.flux(`reconcile ks app --with-source -n ${namespace}`);
  assert.is(again.code, 0, again.err);
  assert.match(again.err, `✔ fetched revision ${revision}\n`);

  assert.is((await world.flux(`suspend ks app -n ${namespace}`)).code, 0);
  const resumed = await world.flux(`resume ks app -n ${namespace}`);
  assert.is(resumed.code, 0, resumed.err);
});

test('a failure of the host ends a command long before its timeout', async () => {
  const { code, err } = await world.flux(
    `create ks broken --source app --path ./broken --prune -n ${namespace}`,
  );
  assert.is(code, 1);
  assert.match(err, 'no matches for kind "Nothing"');
  assert.not.match(err, 'timed out');
  const events = await world.flux(`events --for Kustomization/broken --types warning -n ${namespace}`);
  assert.match(events.out, 'no matches for kind "Nothing"');
});

test.run();
