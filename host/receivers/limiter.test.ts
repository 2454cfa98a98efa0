import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Limiter } from './limiter.ts';

/** Work that ends when it is told to. */
function held() {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { work: () => promise, end: () => resolve('done') };
}

test('who finds all places taken waits for the first that is free', async () => {
  const limiter = new Limiter({ atOnce: 1, waiting: 1 });
  const first = held();
  const order: string[] = [];
  const one = limiter.run(first.work).then(() => order.push('first'));
  const two = limiter.run(async () => order.push('second'));
  await Promise.resolve();
  assert.equal(order, [], 'the second began before the first was done');
  first.end();
  await Promise.all([one, two]);
  assert.equal(order.toSorted(), ['first', 'second']);
});

test('when the waiting line is full, nobody else is let in; afterwards somebody is', async () => {
  const limiter = new Limiter({ atOnce: 1, waiting: 1 });
  const first = held();
  const running = [limiter.run(first.work), limiter.run(async () => 'second')];
  assert.is(await limiter.run(async () => 'third'), undefined);
  first.end();
  assert.equal(await Promise.all(running), ['done', 'second']);
  assert.is(await limiter.run(async () => 'fourth'), 'fourth');
});

test('work that fails gives its place back', async () => {
  const limiter = new Limiter({ atOnce: 1, waiting: 0 });
  await limiter.run(() => Promise.reject(new Error('no'))).catch(() => {});
  assert.is(await limiter.run(async () => 'next'), 'next');
});

test('a burst is let in, and not more than that', async () => {
  const limiter = new Limiter({ atOnce: 10, waiting: 0, rate: { perSecond: 0.001, burst: 3 } });
  const results = await Promise.all([1, 2, 3, 4].map((n) => limiter.run(async () => n)));
  assert.equal(results, [1, 2, 3, undefined]);
  assert.not.ok(limiter.idle(), 'it has to be remembered who spent a burst');
});

test('what was spent comes back with time', async () => {
  const limiter = new Limiter({ atOnce: 1, waiting: 0, rate: { perSecond: 1000, burst: 1 } });
  assert.is(await limiter.run(async () => 1), 1);
  const until = performance.now() + 5;
  while (performance.now() < until);
  assert.ok(limiter.idle());
  assert.is(await limiter.run(async () => 2), 2);
});

test.run();
