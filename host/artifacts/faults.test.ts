import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createArtifactStore } from './store.ts';
import { ADDRESS, hiddenFiles, inFolder, inStore, owner, readFiles, writeFiles } from './test/helpers.ts';
import type { Artifact } from './types.ts';

const files = (kind: string): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: 200 }, (_, i) => [`d${i % 10}/${kind}-${i}.yaml`, `${kind} ${i} `.repeat(200)]),
  );

/** Starts the archiving process, kills it without warning a moment later, and returns what it had finished. */
async function crash(dir: string, run: number): Promise<Artifact[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'test', 'crash.ts'), dir, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout);
  const finished: Artifact[] = [];
  const started = once(lines, 'line');
  lines.on('line', (line) => line !== 'started' && finished.push(JSON.parse(line)));
  await started;
  await sleep(Math.random() * 100);
  child.kill('SIGKILL');
  await once(child, 'close');
  return finished;
}

test('After 30 crashes in the middle of archiving every artifact is whole and nothing else is left', async () => {
  await inFolder(async (dir) => {
    const [even, odd] = [files('even'), files('odd')];
    writeFiles(join(dir, 'even'), even);
    writeFiles(join(dir, 'odd'), odd);
    const finished: Artifact[] = [];
    for (let run = 0; run < 30; run++) finished.push(...(await crash(dir, run)));
    const root = join(dir, 'store');
    const store = await createArtifactStore({ root, advertisedAddress: ADDRESS });
    for (const artifact of finished) assert.ok(await store.verify(artifact), artifact.path);
    const digests = new Set(finished.map(({ digest }) => digest));
    assert.is(digests.size, 2);
    const [evenDigest = '', oddDigest = ''] = [
      finished[0]?.digest,
      finished.find(({ digest }) => digest !== finished[0]?.digest)?.digest,
    ];
    for (const name of readdirSync(join(root, 'gitrepository/apps/web'))) {
      const path = `gitrepository/apps/web/${name}`;
      const known = await Promise.all(
        [evenDigest, oddDigest].map((digest) => store.verify({ ...finished[0]!, path, digest })),
      );
      assert.equal(known.filter(Boolean).length, 1, `${name} is one of the two archives, whole`);
    }
    for (const [digest, expected] of [
      [evenDigest, even],
      [oddDigest, odd],
    ] as const) {
      const lease = await store.tree(finished.find((artifact) => artifact.digest === digest)!);
      assert.equal(readFiles(lease.dir), Object.fromEntries(Object.entries(expected).toSorted()));
      lease.release();
    }
    await store.close();
    assert.equal(
      hiddenFiles(root).filter((name) => !name.startsWith('.trees/')),
      [],
    );
  });
});

/** Whether this user may mount a file system in a namespace of its own. */
function canMount(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

(canMount() ? test : test.skip)(
  'On a full disk the previous artifact stays, nothing is left behind, and unused trees make room',
  async () => {
    await inFolder(async (dir) => {
      mkdirSync(join(dir, 'small'));
      const script = 'mount -t tmpfs -o size=4m tmpfs "$1/small" && exec "$2" "$3" "$1/small" "$1/elsewhere"';
      const child = join(import.meta.dirname, 'test', 'disk-full.ts');
      const output = execFileSync(
        'unshare',
        ['-rm', 'sh', '-c', script, 'sh', dir, process.execPath, child],
        { encoding: 'utf8' },
      );
      const report: Record<string, { code?: string; reason?: string; text?: string } & unknown> =
        JSON.parse(output);
      assert.equal(
        [report['archive']?.code, report['archive']?.reason],
        ['FLUX_E_ARTIFACT_ARCHIVE', 'ArchiveOperationFailed'],
      );
      assert.match(
        report['archive']?.text ?? '',
        /current\.tar\.gz: ENOSPC.*hint: free space on the storage volume/,
      );
      assert.is(report['put']?.reason, 'ArchiveOperationFailed');
      assert.is(report['previousIsWhole'], true);
      assert.equal(report['leftovers'], []);
      assert.is(report['secondFile'], false);
      assert.is(report['tree']?.code, 'FLUX_E_ARTIFACT_UNPACK');
      assert.match(report['tree']?.text ?? '', /ENOSPC.*hint: free space/);
      assert.equal(report['treeLeftovers'], []);
      assert.equal([report['treesBefore'], report['roomWasMade'], report['treesAfter']], [1, true, 0]);
      assert.equal(report['firstTree'], { 'a.bin': 'first' });
    });
  },
);

test('50,000 files go in and come out, and the main thread stays responsive', async () => {
  await inStore(async (store, { source }) => {
    for (let i = 0; i < 50_000; i++) {
      if (i < 250) mkdirSync(join(source, `d${i}`));
      writeFileSync(join(source, `d${i % 250}`, `${i}.yaml`), `kind: ${i}`);
    }
    let turns = 0;
    const ticker = setInterval(() => turns++, 10);
    const artifact = await store.archive(owner, 'r', source, {
      file: 'a.tar.gz',
      ignore: { sourceIgnore: true },
    });
    const lease = await store.tree(artifact);
    clearInterval(ticker);
    assert.ok(turns > 5, `${turns} turns of the event loop`);
    assert.is(readdirSync(lease.dir).length, 250);
    assert.is(readdirSync(join(lease.dir, 'd7')).length, 200);
  });
});

test('Memory does not grow with the size of a file', async () => {
  await inStore(async (store, { source }) => {
    writeFileSync(join(source, 'big'), '');
    truncateSync(join(source, 'big'), 600 * 1024 * 1024);
    const before = process.memoryUsage.rss();
    let peak = 0;
    const ticker = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 20);
    const artifact = await store.archive(owner, 'r', source, { file: 'a.tar.gz' });
    (await store.tree(artifact)).release();
    clearInterval(ticker);
    assert.ok(peak - before < 300 * 1024 * 1024, `${Math.round((peak - before) / 1024 / 1024)} MB more`);
  });
});

test.run();
