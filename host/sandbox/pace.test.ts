import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPace } from './pace.ts';

const busy = { blocked: false, busySince: 1000 };

test('short calls behind a short call wait for the instance', () => {
  const pace = createPace(() => 1010);
  pace.took('a', 8);
  assert.ok(pace.keepsUp('a', { instances: [busy], queued: 300 }));
});

test('calls behind a long call, or behind one that waits for the network, do not', () => {
  assert.not(createPace(() => 2100).keepsUp('a', { instances: [busy], queued: 1 }));
  assert.not(createPace(() => 1010).keepsUp('a', { instances: [{ ...busy, blocked: true }], queued: 1 }));
});

test('a short call that waits for the network is waited for, as long as it is short', () => {
  const blocked = { blocked: true, busySince: 1000 };
  const keepsUpAt = (now: number, mean: number) => {
    const pace = createPace(() => now);
    pace.took('a', mean);
    return pace.keepsUp('a', { instances: [blocked], queued: 5 });
  };
  assert.ok(keepsUpAt(1010, 3));
  assert.not(keepsUpAt(1030, 3));
  assert.not(keepsUpAt(1010, 100));
});

test('a queue that one instance works off too slowly is shared', () => {
  const pace = createPace(() => 1010);
  pace.took('a', 300);
  assert.not(pace.keepsUp('a', { instances: [busy], queued: 20 }));
  assert.ok(pace.keepsUp('a', { instances: [busy, busy], queued: 20 }));
});

test('the pace follows the latest calls', () => {
  const pace = createPace(() => 1010);
  pace.took('a', 1000);
  for (let call = 0; call < 30; call += 1) pace.took('a', 5);
  assert.ok(pace.keepsUp('a', { instances: [busy], queued: 100 }));
});

test.run();
