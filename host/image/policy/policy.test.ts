import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { choiceOf } from './choose.ts';
import { candidatesOf } from './filter.ts';

test('the highest version of a range wins, and tags that are no versions do not count', () => {
  const choose = choiceOf({ semver: { range: '^1.2' } });
  assert.is(choose(['1.2.0', 'v1.9.1', 'latest', '2.0.0', '1.10', '1.9.2-rc.1']), 'v1.9.1');
  assert.throws(() => choose(['2.0.0', 'latest']), /unable to determine latest version/);
  assert.throws(() => choose([]), /cannot be empty/);
  assert.throws(() => choiceOf({ semver: { range: 'newest' } }), /improper constraint/);
});

test('text is sorted as text, up or down', () => {
  const tags = ['rel-9', 'rel-10', 'rel-100'];
  assert.is(choiceOf({ alphabetical: {} })(tags), 'rel-9');
  assert.is(choiceOf({ alphabetical: { order: 'desc' } })(tags), 'rel-10');
});

test('numbers are sorted as numbers, and a tag that is none is an error', () => {
  assert.is(choiceOf({ numerical: {} })(['9', '10', '-3', '2.5']), '10');
  assert.is(choiceOf({ numerical: { order: 'desc' } })(['9', '10', '-3']), '-3');
  assert.is(choiceOf({ numerical: {} })(['1', '1.0']), '1.0');
  for (const bad of ['latest', '', '1_0', '0x10', '1 ', 'NaN']) {
    assert.throws(() => choiceOf({ numerical: {} })(['1', bad]), /invalid numeric value/, bad);
  }
});

test('a filter extracts what is compared, and the whole tag is the result', () => {
  const tags = ['main-a1-1700000001', 'main-b2-1700000002', 'dev-c3-1700000003'];
  const { values, tagOf } = candidatesOf(tags, {
    pattern: '^main-[a-f0-9]+-(?P<ts>[0-9]+)',
    extract: '$ts',
  });
  assert.equal(values, ['1700000001', '1700000002']);
  assert.is(tagOf(choiceOf({ numerical: {} })(values)), 'main-b2-1700000002');
});

test('extract knows groups by number and name, with braces, and the dollar sign', () => {
  const extract = (template: string) =>
    candidatesOf(['v12-x'], { pattern: 'v(?P<major>\\d)(\\d)', extract: template }).values;
  assert.equal(extract('$major.$2'), ['1.2']);
  assert.equal(extract('$'.concat('{1}x$$')), ['1x$']);
  assert.equal(extract('$0'), ['v12']);
  assert.equal(extract('$1x|$nobody'), ['|']);
});

test('a pattern that is none names itself', () => {
  assert.throws(() => candidatesOf(['a'], { pattern: '(' }), /invalid regular expression pattern '\('/);
});

test('a pattern that would take JavaScript years takes no time', () => {
  const { values } = candidatesOf([`${'a'.repeat(128)}!`], { pattern: '^(a+)+$' });
  assert.equal(values, []);
});

test.run();
