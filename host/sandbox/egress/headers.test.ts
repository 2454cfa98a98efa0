import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../../errors/flux-error.ts';
import { requestHeaders, withCredentials, withoutSensitive } from './headers.ts';

test('headers that say who is asked or where a message ends are left out', () => {
  const given = [
    ['Host', 'other.test'],
    ['Content-Length', '5'],
    ['Transfer-Encoding', 'chunked'],
    ['Connection', 'close, X-Hop'],
    ['X-Hop', '1'],
    ['Proxy-Authorization', 'Basic eA=='],
    ['Accept', '*/*'],
  ] as const;
  assert.equal(requestHeaders(given), [['accept', '*/*']]);
});

test('a header cannot smuggle in a second one', () => {
  for (const header of [
    ['X-A', 'b\r\nHost: evil'],
    ['X-A', 'b\nc'],
    ['X-A\r\nHost', 'evil'],
    ['X A', 'b'],
    ['', 'b'],
    ['X-A', 'b\0'],
    ['X-A', '→'],
  ] as const) {
    assert.throws(
      () => requestHeaders([header]),
      (error: unknown) => error instanceof FluxError,
      JSON.stringify(header),
    );
  }
});

test('headers that are too large are refused', () => {
  assert.throws(() => requestHeaders([['X-A', 'a'.repeat(70_000)]]));
});

test('credentials replace those of the same name and leave the rest', () => {
  const headers = requestHeaders([
    ['authorization', 'mine'],
    ['Accept', 'a'],
  ]);
  assert.equal(withCredentials(headers, { Authorization: 'theirs' }), [
    ['accept', 'a'],
    ['authorization', 'theirs'],
  ]);
  assert.equal(withoutSensitive(headers), [['accept', 'a']]);
});

test.run();
