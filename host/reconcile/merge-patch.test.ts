import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mergePatch } from './merge-patch.ts';

test('equal objects need no patch', () => {
  assert.is(mergePatch({ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 }), undefined);
});

test('only what differs is sent, what is gone as null, lists as a whole', () => {
  assert.equal(
    mergePatch({ a: 1, b: { c: 1, d: 2 }, l: [1], g: 5 }, { a: 1, b: { c: 3, d: 2 }, l: [1, 2], n: 0 }),
    {
      b: { c: 3 },
      g: null,
      l: [1, 2],
      n: 0,
    },
  );
});

test('a field that is set to undefined is removed', () => {
  assert.equal(mergePatch({ a: 1 }, { a: undefined }), { a: null });
});

test.run();
