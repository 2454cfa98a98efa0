import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp, gitRepository, kustomization } from './app.ts';
import { createWorld, type World } from './harness.ts';
import { at } from './live.ts';

let world: World;
test.before(async () => {
  world = await createWorld({ withoutHost: true });
});
test.after.each(() => world.stopHosts());
test.after(() => world.close());

const election = [
  '--enable-leader-election',
  '--leader-election-lease-duration=3s',
  '--leader-election-renew-deadline=2s',
  '--leader-election-retry-period=1s',
];

async function holder(name: string): Promise<string> {
  return String(at(await world.find(`Lease/default/${name}`), 'spec', 'holderIdentity') ?? '');
}

test('of two hosts one works; when it is killed the other takes over, when it stops at once', async () => {
  const env = { RUNTIME_NAMESPACE: 'default' };
  const lease = 'flux-host-leader-election';
  const first = await world.startHost({ flags: election, env });
  await world.eventually({ what: 'a leader' }, async () => (await holder(lease)) !== '');
  const leader = await holder(lease);
  const second = await world.startHost({ flags: election, env });
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.ready(app.kustomization);
  assert.is(await holder(lease), leader);
  assert.not.match(await second.logs(), /"controllerKind"/, 'the follower reconciles nothing');
  assert.is((await fetch(`${second.healthUrl}/readyz`)).status, 200);

  await first.kill();
  await world.ready(
    app.kustomization,
    await app.push({ files: { 'one.yaml': configMap('one', { key: 'two' }) } }),
  );
  assert.is.not(await holder(lease), leader);

  const third = await world.startHost({ flags: election, env });
  await second.stop();
  assert.is(second.exitCode, 0);
  await world.ready(
    app.kustomization,
    await app.push({ files: { 'one.yaml': configMap('one', { key: 'three' }) } }),
  );
  assert.not(third.exited);
});

test('a leader that loses its Lease exits and leaves the work to the other', async () => {
  const lease = 'flux-host-leader-election';
  const host = await world.startHost({ flags: election, env: { RUNTIME_NAMESPACE: 'default' } });
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.ready(app.kustomization);
  const renewTime = '2100-01-01T00:00:00.000000Z';
  await world.patch(`Lease/default/${lease}`, { spec: { holderIdentity: 'somebody-else', renewTime } });
  await world.eventually({ what: 'the host to exit' }, () => host.exited);
  assert.is(host.exitCode, 1);
  assert.match(await host.logs(), /leader election lost/);
  await world.delete(`Lease/default/${lease}`);
});

test('shards share the objects by label, and each elects its own leader', async () => {
  const env = { RUNTIME_NAMESPACE: 'default' };
  const key = 'sharding.fluxcd.io/key';
  const main = await world.startHost({ flags: [...election, `--watch-label-selector=!${key}`], env });
  const shard = await world.startHost({ flags: [...election, `--watch-label-selector=${key}=shard1`], env });
  const namespace = await world.cluster.namespace('shards');
  const { url } = await world.git.createRepository(namespace, { 'one.yaml': configMap('one') });
  const labelled = <T extends { metadata: object }>(object: T): T => ({
    ...object,
    metadata: { ...object.metadata, labels: { [key]: 'shard1' } },
  });
  await world.apply(
    gitRepository(namespace, { name: 'main', url }),
    kustomization(namespace, {
      name: 'main',
      namePrefix: 'main-',
      sourceRef: { kind: 'GitRepository', name: 'main' },
    }),
    labelled(gitRepository(namespace, { name: 'sharded', url })),
    labelled(
      kustomization(namespace, {
        name: 'sharded',
        namePrefix: 'sharded-',
        sourceRef: { kind: 'GitRepository', name: 'sharded' },
      }),
    ),
  );
  const urlOf = async (name: string) =>
    (await world.ready(`GitRepository/${namespace}/${name}`)).status?.artifact?.url ?? '';
  assert.ok((await urlOf('main')).startsWith(main.artifactUrl));
  assert.ok((await urlOf('sharded')).startsWith(shard.artifactUrl));
  for (const name of ['main', 'sharded']) await world.ready(`Kustomization/${namespace}/${name}`);
  assert.not.match(await main.logs(), /"name":"sharded"/);
  assert.not.match(await shard.logs(), /"name":"main"/);
});

test('a Kustomization of one shard can use the source and the dependency of another', async () => {
  const key = 'sharding.fluxcd.io/key';
  await world.startHost({ flags: [`--watch-label-selector=!${key}`] });
  await world.startHost({ flags: [`--watch-label-selector=${key}=shard1`] });
  const app = await createApp(world, { files: { 'shared.yaml': configMap('shared') }, sourceOnly: true });
  const object = kustomization(app.namespace, { namePrefix: 'sharded-', dependsOn: [{ name: 'base' }] });
  await world.apply({ ...object, metadata: { ...object.metadata, labels: { [key]: 'shard1' } } });
  await world.failed(app.kustomization, 'DependencyNotReady', /base' not found/);
  await world.apply(kustomization(app.namespace, { name: 'base' }));
  await world.ready(app.kustomization);
  await world.ready(app.kustomization, await app.push({ files: { 'two.yaml': configMap('two') } }));
});

test('a host that watches its own namespace leaves the others alone', async () => {
  const own = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  const other = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.startHost({
    flags: ['--watch-all-namespaces=false'],
    env: { RUNTIME_NAMESPACE: own.namespace },
  });
  await world.ready(own.kustomization);
  assert.is((await world.get(other.source)).status?.conditions, undefined);
});

test.run();
