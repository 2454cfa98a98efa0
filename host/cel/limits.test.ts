import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { thrownBy } from '../errors/testing.ts';
import { compileCel } from './compile.ts';

function evaluate(expression: string, variables: Record<string, unknown> = {}): unknown {
  return compileCel(expression, { variables: 'any', result: 'any' }).evaluate(variables);
}

const numbers = Array.from({ length: 1_000 }, (_, i) => i);
const long = 'ab'.repeat(50_000);

const expensive: Readonly<
  Record<string, readonly [expression: string, variables?: Record<string, unknown>]>
> = {
  'three loops inside each other': ['l.all(a, l.all(b, l.all(c, a + b + c >= 0)))', { l: numbers }],
  'a list that doubles again and again': [`[1]${'.map(x, [x, x]).map(x, x + x)'.repeat(40)}`],
  'a text that doubles again and again': [`optional.of('abc')${'.optMap(x, x + x)'.repeat(200)}`],
  'a list literal that is made of itself': [`optional.of([1])${'.optMap(x, x + x)'.repeat(200)}`],
  'an empty text replaced by a long one': ["s.replace('', s)", { s: long }],
  'a long list joined by a long text': ["l.map(x, 'a').join(s)", { l: numbers, s: long }],
  'a text formatted many times': [
    "'%s%s%s%s'.format([s, s, s, s]).format([])".repeat(1),
    { s: long.repeat(40) },
  ],
  'equality of nested lists': [`optional.of([1])${'.optMap(x, [x, x])'.repeat(22)}.optMap(x, x == x)`],
  'sets of long lists': [
    'sets.contains(l.map(a, a + 5000), l) || sets.equivalent(l, l.map(a, a))',
    { l: numbers.concat(numbers) },
  ],
  'a search for a part that nearly matches everywhere': [
    "s.indexOf(s.substring(0, 50000) + 'x')",
    { s: 'a'.repeat(100_000) },
  ],
  'a large pattern on a long text': ["s.matches('(a?b?){500}c')", { s: long }],
  'an input with too many values': ['l.size()', { l: Array(1_100_000).fill(0) }],
  'an absorbed limit': ['l.all(a, l.all(b, l.all(c, true))) || true', { l: numbers }],
};

for (const [what, [expression, variables]] of Object.entries(expensive)) {
  test(`${what}: refused, not hung`, () => {
    assert.is(thrownBy(() => evaluate(expression, variables)).code, 'FLUX_E_CEL_LIMIT');
  });
}

test('a regular expression that would take JavaScript hours is matched at once', () => {
  assert.is(evaluate("s.matches('^(a+)+$')", { s: `${'a'.repeat(5_000)}!` }), false);
});

test('a regular expression with huge counts is invalid', () => {
  const error = thrownBy(() =>
    compileCel("s.matches('((a{1000}){1000}){1000}')", { variables: 'any', result: 'any' }),
  );
  assert.is(error.code, 'FLUX_E_CEL_PROGRAM');
});

const large: Readonly<Record<string, string>> = {
  'constants that take too much work': `${'string('.repeat(240)}'${'a'.repeat(90_000)}'${')'.repeat(240)}`,
  'more than 100,000 characters': `'${'a'.repeat(100_000)}'`,
  'many chained operators between parentheses': `${'('.repeat(150)}1${`${'+1'.repeat(100)})`.repeat(150)}`,
};
for (const [what, expression] of Object.entries(large)) {
  test(`an expression with ${what} is refused for good`, () => {
    const error = thrownBy(() => compileCel(expression, { variables: 'any', result: 'any' }));
    assert.is(error.code, 'FLUX_E_CEL_LIMIT');
    assert.is(error.terminal, true);
    assert.is(error.reason, 'InvalidCELExpression');
    assert.ok(error.message.length < 500);
  });
}

const deep: Readonly<Record<string, string>> = {
  parentheses: `${'('.repeat(20_000)}1${')'.repeat(20_000)}`,
  brackets: '['.repeat(20_000),
  additions: Array(20_000).fill('1').join('+'),
  selections: `a${'.b'.repeat(20_000)}`,
  conditions: `${'true ? 1 : '.repeat(5_000)}2`,
};
for (const [what, expression] of Object.entries(deep)) {
  test(`thousands of ${what} are refused with a position`, () => {
    const error = thrownBy(() => compileCel(expression, { variables: 'any', result: 'any' }));
    assert.match(error.message, /ERROR: <input>:1:\d+: expression recursion limit exceeded: 250/);
  });
}

test('thousands of || and && are no problem: they do not nest', () => {
  assert.is(evaluate(`${'false || '.repeat(5_000)}true`), true);
});

test('an input that is nested too deeply is refused', () => {
  let nested: unknown = 1;
  for (let i = 0; i < 5_000; i += 1) nested = [nested];
  assert.is(thrownBy(() => evaluate('a.size()', { a: nested })).code, 'FLUX_E_CEL_LIMIT');
});

test('what the expression does not name is not looked at', () => {
  assert.is(evaluate('a == 1', { a: 1, l: Array(1_100_000).fill(0) }), true);
});

test('each evaluation has the whole budget', () => {
  const program = compileCel('l.all(a, l.all(b, a + b >= 0))', { variables: 'any', result: 'bool' });
  for (let i = 0; i < 5; i += 1) assert.is(program.evaluate({ l: numbers.slice(0, 300) }), true);
});

test.run();
