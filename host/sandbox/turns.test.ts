import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTurns } from './turns.ts';

function queued(...calls: readonly string[]) {
  const turns = createTurns<string>();
  for (const call of calls) turns.add(call.slice(0, 1), call);
  return turns;
}

const next = (turns: ReturnType<typeof queued>) => turns.take([...turns.keys()][0] ?? '');

test('keys take turns, however many calls one of them has', () => {
  const turns = queued('a1', 'a2', 'a3', 'b1', 'c1', 'c2');
  assert.equal(
    [1, 2, 3, 4, 5, 6].map(() => next(turns)),
    ['a1', 'b1', 'c1', 'a2', 'c2', 'a3'],
  );
  assert.is(turns.size, 0);
});

test('a key that comes later waits for those that are there, and not for their whole queues', () => {
  const turns = queued('a1', 'a2', 'b1');
  assert.is(next(turns), 'a1');
  turns.add('z', 'z1');
  assert.equal([next(turns), next(turns), next(turns)], ['b1', 'a2', 'z1']);
});

test('a call that is taken back is neither counted nor served', () => {
  const turns = queued('a1', 'a2', 'b1');
  turns.remove('a', 'a1');
  turns.remove('b', 'b1');
  turns.remove('b', 'b1');
  assert.equal([turns.size, turns.count('a'), turns.count('b')], [1, 1, 0]);
  assert.equal(turns.drain(), ['a2']);
  assert.is(turns.size, 0);
});

test.run();
