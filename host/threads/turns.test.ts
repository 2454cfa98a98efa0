import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { takeTurns } from './turns.ts';

test('a long loop lets others have their turn again and again, a short one does not stop', async () => {
  let others = 0;
  const timer = setInterval(() => {
    others += 1;
  }, 1);
  const turn = takeTurns();
  assert.is(turn(), undefined);
  for (const end = performance.now() + 100; performance.now() < end; ) await turn();
  clearInterval(timer);
  assert.ok(others >= 3, `${others} turns`);
});

test.run();
