import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isPreserved } from './preserved.ts';

const config = { a: 1, nested: { b: [1, { c: 2 }], d: 'x' }, empty: {} };

const cases: readonly (readonly [what: string, values: object, isPreserved: boolean])[] = [
  ['nothing is set', {}, true],
  ['the same is set', { a: 1, nested: { d: 'x' } }, true],
  ['a table that is set is empty', { nested: {} }, true],
  ['another value is set', { nested: { d: 'y' } }, false],
  ['a new value is set', { nested: { e: 1 } }, false],
  ['a list is set that is the same', { nested: { b: [1, { c: 2 }] } }, true],
  ['a list is set that has less: lists are not merged', { nested: { b: [1] } }, false],
  ['a value takes the place of a table', { nested: 1 }, false],
  ['a table takes the place of a value', { a: {} }, false],
  ['a value is taken away', { a: null }, false],
  ['a value is taken away that is not there', { gone: null, nested: { gone: null } }, true],
];

for (const [what, values, expected] of cases) {
  test(`values are ${expected ? '' : 'not '}as they would be when ${what}`, () => {
    assert.is(isPreserved(config, values), expected);
  });
}

test.run();
