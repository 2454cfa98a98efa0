import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejection } from '../sandbox/testing/rejects.ts';
import { createLimiter } from './limiter.ts';

test('so many run at once, the others in the order in which they came', async () => {
  const limiter = createLimiter('p');
  const order: string[] = [];
  const enter = async (name: string) => {
    const leave = await limiter.enter(2);
    order.push(name);
    return leave;
  };
  const [a, b, c, d] = [enter('a'), enter('b'), enter('c'), enter('d')];
  const leaveA = await a;
  await b;
  assert.equal(order, ['a', 'b']);
  leaveA();
  leaveA();
  (await c)();
  await d;
  assert.equal(order, ['a', 'b', 'c', 'd']);
});

test('without a limit nobody waits', async () => {
  const limiter = createLimiter('p');
  await Promise.all(Array.from({ length: 50 }, () => limiter.enter(undefined)));
});

test('who gives up waiting leaves the queue', async () => {
  const limiter = createLimiter('p');
  const leave = await limiter.enter(1);
  const abort = new AbortController();
  const waiting = limiter.enter(1, abort.signal);
  const next = limiter.enter(1);
  abort.abort(new Error('not any more'));
  await waiting.then(
    () => assert.unreachable(),
    (error: unknown) => assert.match(String(error), /not any more/),
  );
  leave();
  (await next)();
  (await limiter.enter(1))();
});

test('the queue has an end', async () => {
  const limiter = createLimiter('p');
  await limiter.enter(1);
  for (let count = 0; count < 1000; count += 1) limiter.enter(1).catch(() => {});
  const error = await rejection(limiter.enter(1), 'FLUX_E_PLUGIN_BUSY');
  assert.match(error.text, /1000 calls of plugin p are waiting.*spec\.grants\.concurrency/);
});

test.run();
