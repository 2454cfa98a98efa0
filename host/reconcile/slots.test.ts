import { setImmediate as tick } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Slots } from './slots.ts';

test('nobody begins while all slots are taken', async () => {
  const slots = new Slots(2);
  slots.take();
  slots.take();
  let begun = false;
  const begin = slots.free().then(() => {
    begun = true;
  });
  await tick();
  assert.not.ok(begun);
  slots.release();
  await begin;
});

test('who waits for something outside gives its slot to another', async () => {
  const slots = new Slots(1);
  slots.take();
  const outside = Promise.withResolvers<void>();
  const waiting = slots.without(() => outside.promise);
  await slots.free();
  outside.resolve();
  await waiting;
});

test('after the wait there are no more at work than slots, and who goes on comes before who begins', async () => {
  const slots = new Slots(1);
  const order: string[] = [];
  const outside = Promise.withResolvers<void>();
  slots.take();
  const waiting = slots.without(() => outside.promise).then(() => order.push('resumed'));
  await slots.free();
  slots.take();
  const begin = slots.free().then(() => order.push('begun'));
  outside.resolve();
  await tick();
  assert.equal(order, [], 'the slot is taken');
  slots.release();
  await tick();
  assert.equal(order, ['resumed']);
  slots.release();
  await Promise.all([waiting, begin]);
  assert.equal(order, ['resumed', 'begun']);
});

test('a wait that is over soon keeps its slot, a longer one gives it away', async () => {
  const slots = new Slots(1);
  slots.take();
  let begun = false;
  const begin = slots.free().then(() => {
    begun = true;
  });
  await slots.without(() => tick(), 60_000);
  await tick();
  assert.not.ok(begun);
  const outside = Promise.withResolvers<void>();
  const waiting = slots.without(() => outside.promise, 1);
  await begin;
  outside.resolve();
  await waiting;
});

test('a wait that fails goes on with a slot all the same', async () => {
  const slots = new Slots(1);
  slots.take();
  let message = '';
  await slots
    .without(() => Promise.reject(new Error('gone')))
    .catch((error: Error) => {
      message = error.message;
    });
  assert.is(message, 'gone');
  let begun = false;
  const begin = slots.free().then(() => {
    begun = true;
  });
  await tick();
  assert.not.ok(begun);
  slots.release();
  await begin;
});

test.run();
