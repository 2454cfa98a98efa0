import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRateLimit } from './rate-limit.ts';

function limit(options: { intervalMs: number; maxKeys?: number }) {
  let now = 1_000_000;
  const made = createRateLimit({ ...options, now: () => now });
  return {
    take: (key: string) => made.take(key),
    pass: (ms: number) => {
      now += ms;
    },
    size: () => made.size,
  };
}

test('a key passes once an interval, counted from when it was first seen', () => {
  const { take, pass } = limit({ intervalMs: 300_000 });
  assert.is(take('a'), 0);
  assert.is(take('a'), 300_000);
  pass(299_999);
  assert.is(take('a'), 1);
  pass(2);
  assert.is(take('a'), 0);
  pass(299_999);
  assert.is(take('a'), 0, 'the next interval has begun, as in Flux');
});

test('keys do not get in the way of each other', () => {
  const { take } = limit({ intervalMs: 300_000 });
  assert.is(take('a'), 0);
  assert.is(take('b'), 0);
});

test('what is old is forgotten, and there are never more keys than may be', () => {
  const { take, pass, size } = limit({ intervalMs: 1000, maxKeys: 100 });
  for (let n = 0; n < 1000; n += 1) take(`key ${n}`);
  assert.is(size(), 100);
  pass(2001);
  take('new');
  assert.is(size(), 1);
});

test('an interval of 0 lets everything through', () => {
  const { take } = limit({ intervalMs: 0 });
  assert.is(take('a'), 0);
  assert.is(take('a'), 0);
});

test.run();
