import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp } from './app.ts';
import { createWorld, type World } from './harness.ts';
import { condition } from './live.ts';
import { many, owned } from './rounds.ts';

let world: World;
test.before(async () => {
  world = await createWorld({ withoutHost: true });
});
test.after.each(() => world.stopHosts());
test.after(() => world.close());

test('an API server that restarts in the middle of an apply delays it, no more', async () => {
  const host = await world.startHost();
  const app = await createApp(world, { files: many(300, 0) });
  await world.ready(app.kustomization, await app.revision(), 60_000);
  const revision = await app.push({ files: many(300, 1) });
  await world.eventually({ what: 'the apply to begin' }, async () =>
    Object.values(await owned(world, app)).some((round) => round === '1'),
  );
  await world.cluster.restartApiServer();
  await world.ready(app.kustomization, revision, 90_000);
  assert.ok(Object.values(await owned(world, app)).every((round) => round === '1'));
  assert.not(host.exited);
  await app.push({ files: { 'after.yaml': configMap('after') } });
  await world.ready(app.kustomization, await app.revision());
  await host.stop();
});

test('a host that starts with an empty volume fetches again and changes nothing in the cluster', async () => {
  const first = await world.startHost();
  const app = await createApp(world, { files: many(3, 0) });
  await world.ready(app.kustomization);
  const before = await world.get(app.ref('ConfigMap', 'c0'));
  await first.stop();
  const second = await world.startHost();
  await world.until(
    app.source,
    'to be stored at the new address',
    ({ status }) => status?.artifact?.url.startsWith(second.artifactUrl) ?? false,
  );
  await world.ready(app.source);
  const requested = await world.request(app.kustomization);
  await world.until(
    app.kustomization,
    'to answer',
    ({ status }) => status?.lastHandledReconcileAt === requested,
  );
  await world.ready(app.kustomization);
  assert.is(
    (await world.get(app.ref('ConfigMap', 'c0'))).metadata.resourceVersion,
    before.metadata.resourceVersion,
  );
  await second.stop();
});

test('a full storage volume is reported with what to do, others go on, and room heals it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'flux-host-full-'));
  const storage = join(dir, 'storage');
  mkdirSync(storage);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', storage], { stdio: 'pipe' });
  } catch (error) {
    process.stdout.write(
      `  skipped: a small file system cannot be mounted here (${String(error).split('\n')[0]})\n`,
    );
    return;
  }
  const host = await world.startHost({ dir });
  try {
    const small = await createApp(world, { files: many(3, 0) });
    await world.ready(small.kustomization);
    const big = randomBytes(9_000_000).toString('base64');
    const app = await createApp(world, {
      files: { ...many(3, 0), 'big.bin': big },
      source: { interval: '1s' },
    });
    await world.until(app.source, 'to say that the disk is full', (object) => {
      const ready = condition(object, 'Ready');
      return (
        ready?.status === 'False' &&
        /no space left|ENOSPC/i.test(ready.message) &&
        /hint: free space/.test(ready.message)
      );
    });
    await world.ready(small.kustomization, await small.push({ files: many(3, 1) }));
    await app.push({ remove: ['big.bin'] });
    await world.ready(app.kustomization, await app.revision());
    assert.not(host.exited);
  } finally {
    await host.stop();
    execFileSync('umount', ['-l', storage]);
    rmSync(dir, { recursive: true, force: true });
  }
});

test.run();
