import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { terminalOf } from '../terminal.ts';
import { colourDifferences } from './colour.ts';
import { startSpinner } from './spinner.ts';

const screen = { columns: 80, hasColour: true };

test('lines of a difference have colours on a terminal that shows them, and nowhere else', () => {
  const text = '► A/b created\n- old\n+ new\nplain\n';
  assert.is(
    colourDifferences(text, screen),
    '\u001b[32m► A/b created\u001b[0m\n\u001b[31m- old\u001b[0m\n\u001b[32m+ new\u001b[0m\nplain\n',
  );
  assert.is(colourDifferences(text, undefined), text);
  assert.is(colourDifferences(text, { ...screen, hasColour: false }), text);
});

test('a pipe is no terminal, and NO_COLOR is respected', () => {
  assert.is(terminalOf({ columns: 80 }, {}), undefined);
  assert.equal(terminalOf({ columns: 120, isTTY: true }, {}), { columns: 120, hasColour: true });
  assert.equal(terminalOf({ columns: 120, isTTY: true }, { NO_COLOR: '1' }), {
    columns: 120,
    hasColour: false,
  });
  assert.equal(terminalOf({ columns: 120, isTTY: true }, { TERM: 'dumb' }), {
    columns: 120,
    hasColour: false,
  });
});

test('progress is shown on a terminal and is gone afterwards; a pipe gets none of it', async () => {
  let shown = '';
  const err = (text: string): void => {
    shown += text;
  };
  const spinner = startSpinner('first', { terminals: { err: screen }, err });
  spinner.say('second');
  while (!shown.includes('second')) await sleep(10);
  spinner.stop();
  assert.ok(shown.endsWith('\r\u001b[K'));
  shown = '';
  startSpinner('first', { err }).stop();
  assert.is(shown, '');
});

test.run();
