import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createActionLog } from './action-log.ts';

function clock(): () => Date {
  let seconds = 0;
  return () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++));
}

test('lines have their times, and one that comes again and again is shown twice', () => {
  const log = createActionLog(clock());
  assert.is(log.text(), '');
  for (const text of ['one', 'two', 'two', 'two', 'two', 'three']) log.append(text);
  assert.is(
    log.text(),
    [
      '2026-01-01T00:00:00Z: one',
      '2026-01-01T00:00:01Z: two',
      '2026-01-01T00:00:04Z: two (2 duplicate lines omitted)',
      '2026-01-01T00:00:05Z: three',
    ].join('\n'),
  );
  log.clear();
  assert.is(log.text(), '');
});

test('only the last ten lines are kept', () => {
  const log = createActionLog(clock());
  for (let line = 1; line <= 25; line++) log.append(`line ${line}`);
  const lines = log.text().split('\n');
  assert.is(lines.length, 10);
  assert.match(lines[0] ?? '', /: line 16$/);
});

test.run();
