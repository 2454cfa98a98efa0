import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createWorkQueue, type WorkQueue } from './work-queue.ts';

async function takeAll(queue: WorkQueue): Promise<string[]> {
  const keys: string[] = [];
  while (queue.length > 0) {
    const key = await queue.take();
    if (key === undefined) break;
    keys.push(key);
    queue.done(key);
  }
  return keys;
}

test('a key that is added often is handed out once', async () => {
  const queue = createWorkQueue();
  for (const key of ['a', 'b', 'a', 'a', 'b']) queue.add(key);
  assert.is(queue.length, 2);
  assert.equal(await takeAll(queue), ['a', 'b']);
});

test('a key added while it is worked on comes again only after it is done, and once', async () => {
  const queue = createWorkQueue();
  queue.add('a');
  assert.is(await queue.take(), 'a');
  queue.add('a');
  queue.add('a');
  assert.is(queue.length, 0);
  assert.is(queue.processing, 1);
  queue.done('a');
  assert.is(queue.length, 1);
  assert.equal(await takeAll(queue), ['a']);
  assert.is(queue.processing, 0);
});

test('higher priority goes first, equal priority in order of arrival, and a queued key can rise but not sink', async () => {
  const queue = createWorkQueue();
  queue.add('low', { priority: -1 });
  queue.add('first');
  queue.add('second');
  queue.add('high', { priority: 5 });
  queue.add('risen', { priority: -1 });
  queue.add('risen', { priority: 9 });
  queue.add('high', { priority: -5 });
  assert.is(queue.length, 5);
  assert.equal(await takeAll(queue), ['risen', 'high', 'first', 'second', 'low']);
});

test('thousands of keys of random priority come out in order', async () => {
  const queue = createWorkQueue();
  const expected: { key: string; priority: number; order: number }[] = [];
  for (let order = 0; order < 5_000; order += 1) {
    const priority = Math.floor(Math.random() * 20);
    expected.push({ key: `k${order}`, priority, order });
    queue.add(`k${order}`, { priority });
  }
  expected.sort((a, b) => b.priority - a.priority || a.order - b.order);
  assert.equal(
    await takeAll(queue),
    expected.map(({ key }) => key),
  );
});

test('a waiting worker gets the key as soon as it is added, each worker another', async () => {
  const queue = createWorkQueue();
  const workers = [queue.take(), queue.take()];
  queue.add('a');
  queue.add('b');
  assert.equal(await Promise.all(workers), ['a', 'b']);
});

test('a delayed key comes when it is due, and the earliest of several times wins', async () => {
  const queue = createWorkQueue();
  queue.addAfter('late', 60);
  queue.addAfter('late', 3_600_000);
  queue.addAfter('soon', 3_600_000);
  queue.addAfter('soon', 20);
  queue.addAfter('now', 0);
  assert.is(queue.length, 1);
  assert.is(queue.delayed, 2);
  const keys = [await queue.take(), await queue.take(), await queue.take()];
  assert.equal(keys, ['now', 'soon', 'late']);
  assert.is(queue.delayed, 0);
});

test('a thousand ever earlier times for a key bring it once', async () => {
  const queue = createWorkQueue();
  for (let ms = 3_000; ms > 0; ms -= 1) queue.addAfter('a', 1_000_000 + ms);
  queue.addAfter('a', 1);
  assert.is(await queue.take(), 'a');
  queue.done('a');
  assert.is(queue.delayed, 0);
});

test('a delay that replaces those before is the one that counts, be it later', async () => {
  const queue = createWorkQueue();
  queue.addAfter('a', 20);
  queue.addAfter('a', 3_600_000, { replace: true });
  queue.addAfter('b', 40);
  assert.is(await queue.take(), 'b');
  assert.is(queue.length, 0);
  assert.is(queue.delayed, 1);
  queue.done('b');
  await queue.shutDown({ drain: false });
});

test('retries are delayed twice as long each time up to the maximum, until the key is forgotten', () => {
  const queue = createWorkQueue({ minRetryMs: 750, maxRetryMs: 5_000 });
  const delays = Array.from({ length: 5 }, () => queue.addRateLimited('a'));
  assert.equal(delays, [750, 1_500, 3_000, 5_000, 5_000]);
  assert.is(queue.retries('a'), 5);
  assert.is(queue.addRateLimited('b'), 750);
  queue.forget('a');
  assert.is(queue.addRateLimited('a'), 750);
  void queue.shutDown();
});

test('shutting down hands out what waits, drops what is delayed, and waits for the work', async () => {
  const queue = createWorkQueue();
  queue.add('working');
  assert.is(await queue.take(), 'working');
  queue.add('waiting');
  queue.addAfter('delayed', 5);
  let ended = false;
  const end = queue.shutDown().then(() => {
    ended = true;
  });
  queue.add('too late');
  assert.is(await queue.take(), 'waiting');
  assert.is(await queue.take(), undefined);
  queue.done('waiting');
  await sleep(20);
  assert.not(ended);
  queue.done('working');
  await end;
  assert.is(queue.length, 0);
});

test('shutting down frees workers that wait', async () => {
  const queue = createWorkQueue();
  const worker = queue.take();
  await queue.shutDown();
  assert.is(await worker, undefined);
});

test('the hooks see adds, depth, retries and durations', async () => {
  const seen: string[] = [];
  const depths: number[] = [];
  const queue = createWorkQueue({
    minRetryMs: 1,
    hooks: {
      onAdd: () => seen.push('add'),
      onRetry: () => seen.push('retry'),
      onDepth: (depth) => depths.push(depth),
      onQueueDuration: (ms) => seen.push(ms >= 0 ? 'queued' : 'negative'),
      onWorkDuration: (ms) => seen.push(ms >= 0 ? 'worked' : 'negative'),
    },
  });
  queue.add('a');
  queue.add('a');
  await queue.take();
  queue.done('a');
  queue.addRateLimited('a');
  await queue.take();
  assert.equal(seen, ['add', 'queued', 'worked', 'retry', 'add', 'queued']);
  assert.equal(depths, [1, 0, 1, 0]);
});

test('the depth is told by priority, and a key moves when it gets a higher one', () => {
  const depths: Record<number, number> = {};
  const queue = createWorkQueue({ hooks: { onDepth: (depth, priority) => (depths[priority] = depth) } });
  queue.add('a');
  queue.add('b');
  queue.add('a', { priority: 2 });
  assert.equal(depths, { 0: 1, 2: 1 });
});

test('a key that is added for later counts as a retry, as in controller-runtime', () => {
  let retries = 0;
  const queue = createWorkQueue({ hooks: { onRetry: () => retries++ } });
  queue.addAfter('a', 0);
  queue.addAfter('b', 60_000);
  assert.is(retries, 1);
  void queue.shutDown();
});

test('done without take is a mistake of the program', () => {
  assert.throws(() => createWorkQueue().done('a'), /done without take: a/);
});

test.run();
