import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type App, createApp } from './app.ts';
import { createWorld, type World } from './harness.ts';
import { many, owned } from './rounds.ts';
import { digestOf } from './tarball.ts';

let world: World;
test.before(async () => {
  world = await createWorld({ withoutHost: true });
});
test.after.each(() => world.stopHosts());
test.after(() => world.close());

async function inventoryNames(app: App): Promise<string[]> {
  const { status } = await world.get(app.kustomization);
  return (status?.inventory?.entries ?? []).map(({ id }) => id.split('_')[1] ?? '').sort();
}

/** Every finished artifact on disk is a whole archive, and the one in the status is the one that the status says. */
async function checkStore(storage: string, app: App): Promise<void> {
  const dir = join(storage, 'gitrepository', app.namespace, 'app');
  if (!existsSync(dir)) return;
  for (const file of readdirSync(dir)) {
    assert.match(file, /^[0-9a-f]{40}\.tar\.gz$/);
    execFileSync('gzip', ['-t', join(dir, file)]);
  }
  const { artifact } = (await world.get(app.source)).status ?? {};
  if (artifact) assert.is(digestOf(readFileSync(join(storage, artifact.path))), artifact.digest);
}

test('kill -9 at thirty random points: it converges, the store is whole, nothing is orphaned', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'flux-host-kill-'));
  const storage = join(dir, 'storage');
  const app = await createApp(world, { files: many(10, 0) });
  let revision = '';
  for (let round = 1; round <= 30; round += 1) {
    // Names that come and go, so that a kill can fall between creating, recording and pruning.
    revision = await app.push({
      files: { ...many(10, round), ...many(10, round, `r${round}-`) },
      remove: round > 1 ? Object.keys(many(10, 0, `r${round - 1}-`)) : [],
    });
    const host = await world.startHost({ dir });
    await sleep(Math.random() * 700);
    await host.kill();
    await checkStore(storage, app);
  }
  const host = await world.startHost({ dir });
  await world.ready(app.kustomization, revision, 60_000);
  const expected = Object.fromEntries([
    ...Array.from({ length: 10 }, (_, n) => [`c${n}`, '30']),
    ...Array.from({ length: 10 }, (_, n) => [`r30-${n}`, '30']),
  ]);
  assert.equal(await owned(world, app), expected);
  assert.equal(await inventoryNames(app), Object.keys(expected).sort());
  const { artifact } = await world.get(app.source).then(({ status }) => status ?? {});
  const served = await fetch(artifact?.url ?? '');
  assert.is(digestOf(Buffer.from(await served.arrayBuffer())), artifact?.digest);
  await world.eventually(
    { what: 'temporary files to be gone', state: () => readdirSync(join(storage, '.tmp')).join() },
    () => readdirSync(join(storage, '.tmp')).length === 0,
  );
  for (const path of ['', '.tmp/', '.trees/', `gitrepository/${app.namespace}/app/`]) {
    assert.is.not((await fetch(`${host.artifactUrl}/${path}`)).status, 200, path);
  }
  await host.stop();
  rmSync(dir, { recursive: true, force: true });
});

test.run();
