import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { prepareRoot } from './root.ts';
import { inFolder } from './test/helpers.ts';
import { createTreeCache, type TreeCache, type UnpackTree } from './trees.ts';

const digest = (character: string): string => `sha256:${character.repeat(64)}`;

/** Counts its calls; fills the folder with one file of the given size. */
function unpacker(treeBytes = 10): UnpackTree & { calls: number } {
  const unpack = async (dir: string): Promise<{ treeBytes: number }> => {
    counted.calls++;
    mkdirSync(dir);
    writeFileSync(join(dir, 'file'), 'x');
    return { treeBytes };
  };
  const counted = Object.assign(unpack, { calls: 0 });
  return counted;
}

async function withCache(
  maxBytes: number,
  use: (cache: TreeCache, root: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (root) => {
    await prepareRoot(root);
    await use(createTreeCache({ root, maxBytes, remove: (path) => rm(path, { recursive: true }) }), root);
  });
}

/** Lets evictions that were set off come to their end. */
async function settled(root: string, trees: number): Promise<string[]> {
  const names = () => readdirSync(join(root, '.trees'));
  for (let i = 0; i < 1000 && (names().length !== trees || readdirSync(join(root, '.tmp')).length > 0); i++)
    await turn();
  return names()
    .map((name) => name.slice(-1))
    .toSorted();
}

test('Many callers at once share one unpacking and one folder', async () => {
  await withCache(100, async (cache) => {
    const unpack = unpacker();
    const leases = await Promise.all(Array.from({ length: 20 }, () => cache.lease(digest('a'), unpack)));
    assert.is(unpack.calls, 1);
    assert.is(new Set(leases.map(({ dir }) => dir)).size, 1);
  });
});

test('The longest unused trees go when there are too many; those in use stay, whatever they take', async () => {
  await withCache(25, async (cache, root) => {
    const leases = [];
    for (const name of ['a', 'b', 'c']) leases.push(await cache.lease(digest(name), unpacker(10)));
    assert.equal(await settled(root, 3), ['a', 'b', 'c'], 'all three are in use');
    leases[1]!.release();
    assert.equal(await settled(root, 2), ['a', 'c']);
    leases[0]!.release();
    leases[2]!.release();
    const again = await cache.lease(digest('a'), unpacker());
    again.release();
    await cache.lease(digest('d'), unpacker(10));
    assert.equal(await settled(root, 2), ['a', 'd'], 'c is unused for longer than a');
    assert.is(cache.bytes, 20);
  });
});

test('A second release of a lease does not take the tree from others', async () => {
  await withCache(5, async (cache, root) => {
    const one = await cache.lease(digest('a'), unpacker());
    const two = await cache.lease(digest('a'), unpacker());
    one.release();
    one.release();
    assert.ok(existsSync(two.dir));
    two.release();
    assert.equal(await settled(root, 0), []);
  });
});

test('A failed unpacking fails those who wait for it, and the next caller tries again', async () => {
  await withCache(100, async (cache) => {
    const broken: UnpackTree = async () => {
      throw new Error('broken');
    };
    const results = await Promise.allSettled([
      cache.lease(digest('a'), broken),
      cache.lease(digest('a'), unpacker()),
    ]);
    assert.equal(
      results.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.ok(existsSync((await cache.lease(digest('a'), unpacker())).dir));
  });
});

test('Who gives up stops waiting; the work goes on for others and ends when all gave up', async () => {
  await withCache(100, async (cache) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const signals: AbortSignal[] = [];
    const slow: UnpackTree = async (dir, signal) => {
      signals.push(signal);
      await promise;
      return unpacker()(dir, signal);
    };
    const [first, second] = [new AbortController(), new AbortController()];
    const leases = [first, second].map(({ signal }) => cache.lease(digest('a'), slow, { signal }));
    const outcomes = Promise.allSettled(leases);
    first.abort(new Error('gave up'));
    await turn();
    assert.is(signals[0]?.aborted, false);
    second.abort(new Error('gave up'));
    await turn();
    assert.is(signals[0]?.aborted, true);
    const fresh = await cache.lease(digest('a'), unpacker());
    resolve();
    assert.equal(
      (await outcomes).map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    await turn();
    assert.ok(existsSync(join(fresh.dir, 'file')), 'the abandoned work does not touch the new tree');
    assert.is(cache.bytes, 10);
  });
});

test('A folder that is adopted is used as it is; with a tree there already it is thrown away', async () => {
  await withCache(100, async (cache, root) => {
    for (const content of ['first', 'second']) {
      const dir = join(root, '.tmp', content);
      mkdirSync(dir);
      writeFileSync(join(dir, content), '');
      await cache.adopt(digest('a'), dir, 10);
      assert.is(existsSync(dir), false);
    }
    const unpack = unpacker();
    assert.equal(readdirSync((await cache.lease(digest('a'), unpack)).dir), ['first']);
    assert.is(unpack.calls, 0);
  });
});

test('Clearing gives back the space of trees that nobody uses', async () => {
  await withCache(100, async (cache, root) => {
    (await cache.lease(digest('a'), unpacker())).release();
    await cache.lease(digest('b'), unpacker());
    assert.is(await cache.clear(), 10);
    assert.equal(await settled(root, 1), ['b']);
  });
});

test('content that is to be had elsewhere is not waited for where it does not come', async () => {
  await withCache(100, async (cache, root) => {
    let aborted = false;
    const stuck: UnpackTree = (_dir, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason);
        });
      });
    const waiting = [1, 2].map(() => cache.lease(digest('a'), stuck, { from: 'http://gone.example' }));
    const quick = unpacker();
    const there = await cache.lease(digest('a'), quick, { from: 'http://here.example' });
    const served = await Promise.all(waiting);
    assert.equal(
      served.map(({ dir }) => dir),
      [there.dir, there.dir],
    );
    assert.is(quick.calls, 1);
    assert.ok(aborted, 'what nobody waits for any more is given up');
    for (const lease of [there, ...served]) lease.release();
    assert.is((await settled(root, 1)).length, 1);
    await cache.clear();
    assert.equal(await settled(root, 0), []);
    assert.is(cache.bytes, 0);
  });
});

test('of two that arrive, the one that is not kept goes with its last reader', async () => {
  await withCache(100, async (cache, root) => {
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const gated =
      (gate: number): UnpackTree =>
      async (dir, signal) => {
        await gates[gate]?.promise;
        return unpacker()(dir, signal);
      };
    const first = cache.lease(digest('a'), gated(0), { from: 'a' });
    const second = cache.lease(digest('a'), gated(1), { from: 'b' });
    gates[0]?.resolve();
    const early = await first;
    gates[1]?.resolve();
    const late = await second;
    assert.is.not(early.dir, late.dir);
    assert.is(cache.bytes, 20);
    early.release();
    assert.is((await settled(root, 1)).length, 1);
    assert.is(cache.bytes, 10);
    assert.ok(existsSync(late.dir));
  });
});

test.run();
