import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { words } from './naming.ts';
import { retryAfterMs } from './retry-after.ts';

test('reasons are told in words', () => {
  for (const [reason, expected] of [
    ['ReconciliationSucceeded', 'Reconciliation Succeeded'],
    ['HTTPServerFailed', 'HTTP Server Failed'],
    ['PDFLoader', 'PDF Loader'],
    ['lowercase', 'lowercase'],
    ['GL11Version', 'GL 11 Version'],
    ['Ünicode', 'Ünicode'],
    ['with space', 'with   space'],
    ['', ''],
  ] as const) {
    assert.is(words(reason).join(' '), expected);
  }
});

test('how long to wait is read from seconds and dates, within an hour', () => {
  const now = Date.parse('2026-03-04T05:06:07Z');
  for (const [value, expected] of [
    ['30', 30_000],
    ['Wed, 04 Mar 2026 05:07:07 GMT', 60_000],
    ['Wed, 04 Mar 2020 05:07:07 GMT', 0],
    ['999999', 3_600_000],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ] as const) {
    assert.is(retryAfterMs(value, now), expected);
  }
});

test.run();
