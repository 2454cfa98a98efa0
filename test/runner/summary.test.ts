import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseGoEvents } from './go-events.ts';
import { judge, parseUvu } from './summary.ts';

const ended = { code: 0, signal: null, timedOut: false };
const uvu = (total: number, passed: number, skipped: number) =>
  `• •   (${passed} / ${total})\n\n  Total:     ${total}\n\x1b[32m  Passed:    ${passed}\x1b[39m\n  Skipped:   ${skipped}\n  Duration:  1.00ms\n\n`;

test('the counts of a file are read through the colours', () => {
  assert.equal(parseUvu(uvu(5, 3, 2)), { passed: 3, failed: 2, skipped: 2 });
});

test('the summary that a test printed does not count, the last one does', () => {
  assert.equal(parseUvu(`${uvu(9, 9, 0)}${uvu(2, 1, 0)}`), { passed: 1, failed: 1, skipped: 0 });
});

test('output without a summary has no counts', () => {
  assert.is(parseUvu('• • \nTotal: 3\n'), undefined);
});

test('a file counts as failed when it ends early, hangs, is killed, tests nothing or exits with an error', () => {
  const passed = { passed: 2, failed: 0, skipped: 0 };
  assert.equal(judge(passed, ended), passed);
  assert.match(judge(undefined, ended).problem ?? '', /ended before its tests did/);
  assert.match(judge(passed, { ...ended, timedOut: true }).problem ?? '', /time limit/);
  assert.match(judge(passed, { ...ended, code: null, signal: 'SIGSEGV' }).problem ?? '', /SIGSEGV/);
  assert.match(judge({ passed: 0, failed: 0, skipped: 0 }, ended).problem ?? '', /no test/);
  assert.is(judge(passed, { ...ended, code: 7 }).failed, 1);
});

test('a file of which every test is skipped has not failed', () => {
  assert.equal(judge({ passed: 0, failed: 0, skipped: 3 }, ended), { passed: 0, failed: 0, skipped: 3 });
});

test('Go subtests are counted in place of their test, and output is put together again', () => {
  const lines = [
    { Action: 'output', Package: 'a', Test: 'TestX', Output: '=== RUN TestX\n' },
    { Action: 'pass', Package: 'a', Test: 'TestX/one' },
    { Action: 'fail', Package: 'a', Test: 'TestX/two/deep' },
    { Action: 'fail', Package: 'a', Test: 'TestX/two' },
    { Action: 'fail', Package: 'a', Test: 'TestX' },
    { Action: 'skip', Package: 'a', Test: 'TestY' },
    { Action: 'pass', Package: 'b', Test: 'TestX' },
    { Action: 'fail', Package: 'a' },
  ];
  const stream = `${lines.map((line) => JSON.stringify(line)).join('\n')}\nb.go:1: undefined: x\n`;
  assert.equal(parseGoEvents(stream), {
    passed: 2,
    failed: 1,
    skipped: 1,
    output: '=== RUN TestX\nb.go:1: undefined: x\n',
  });
});

test.run();
