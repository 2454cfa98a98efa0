import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../errors/flux-error.ts';
import { formatLabelSelector, labelSelectorOf, matchesLabels, parseLabelSelector } from './labels.ts';

// Selector, labels, whether they match: as `kubectl get -l` decides.
const cases: readonly [string, Record<string, string>, boolean][] = [
  ['', { a: 'b' }, true],
  ['a=b', { a: 'b' }, true],
  ['a==b', { a: 'c' }, false],
  ['a = b', { a: 'b' }, true],
  ['a=', { a: '' }, true],
  ['a=b,c=d', { a: 'b' }, false],
  ['a=b,c=d', { a: 'b', c: 'd' }, true],
  ['a!=b', {}, true],
  ['a!=b', { a: 'b' }, false],
  ['a in (b, c)', { a: 'c' }, true],
  ['a in (b,c),d', { a: 'c' }, false],
  ['a notin (b,c)', { a: 'b' }, false],
  ['a notin (b,c)', {}, true],
  ['sharding.fluxcd.io/key', { 'sharding.fluxcd.io/key': 'x' }, true],
  ['!sharding.fluxcd.io/key', {}, true],
  ['!sharding.fluxcd.io/key', { 'sharding.fluxcd.io/key': 'x' }, false],
  ['a>5', { a: '10' }, true],
  ['a<5', { a: 'x' }, false],
  ['constructor', {}, false],
];

for (const [selector, labels, expected] of cases) {
  test(`"${selector}" ${expected ? 'matches' : 'does not match'} ${JSON.stringify(labels)}`, () => {
    const parsed = parseLabelSelector(selector);
    assert.is(matchesLabels(parsed, labels), expected);
    assert.is(matchesLabels(parseLabelSelector(formatLabelSelector(parsed)), labels), expected);
  });
}

test('the object form means the same as the text form', () => {
  const object = labelSelectorOf({
    matchLabels: { a: 'b' },
    matchExpressions: [
      { key: 'c', operator: 'In', values: ['d', 'e'] },
      { key: 'f', operator: 'Exists' },
      { key: 'g', operator: 'DoesNotExist' },
      { key: 'h', operator: 'NotIn', values: ['i'] },
    ],
  });
  assert.equal(object, parseLabelSelector('a=b,c in (d,e),f,!g,h!=i'));
  assert.is(formatLabelSelector(object), 'a=b,c in (d,e),f,!g,h!=i');
});

for (const wrong of ['=b', 'a in b', 'a b', '-a=b', 'a=-b', 'a,,b', 'a>x', 'a in (b', '!', 'a/b/c=d']) {
  test(`"${wrong}" is refused with the part that is wrong`, () => {
    try {
      parseLabelSelector(wrong);
    } catch (error) {
      assert.instance(error, FluxError);
      assert.is(error instanceof FluxError && error.code, 'FLUX_E_LABEL_SELECTOR');
      return;
    }
    assert.unreachable();
  });
}

test('an unknown operator in the object form is refused', () => {
  assert.throws(
    () => labelSelectorOf({ matchExpressions: [{ key: 'a', operator: 'Near' }] }),
    /operator must be/,
  );
});

test.run();
