import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { goTime } from './go-time.ts';

test('a moment is written as Go prints time.Now(), nanoseconds and the monotonic clock included', () => {
  assert.match(goTime(), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{1,9} \+0000 UTC m=\+\d+\.\d{9}$/);
  const at = Date.UTC(2126, 0, 2, 15, 4, 5, 120);
  assert.match(goTime(at), /^2126-01-02 15:04:05\.12 \+0000 UTC m=\+/);
  assert.match(goTime(at - 120), /^2126-01-02 15:04:05 \+0000 UTC m=\+/);
});

test('two moments in a row are two values, so that each asks for a reconcile', () => {
  assert.is.not(goTime(), goTime());
});

test.run();
