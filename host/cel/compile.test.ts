import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { thrownBy } from '../errors/testing.ts';
import { compileCel } from './compile.ts';
import type { ResultType } from './types.ts';

const variables = ['self', 'dep'];

const compileBool = (source: string) => compileCel(source, { variables, result: 'bool' });

test('a wrong name is marked in its line', () => {
  const error = thrownBy(() => compileBool('self.a == 1 &&\n  deps.a == 1'));
  assert.is(error.code, 'FLUX_E_CEL_SYNTAX');
  assert.match(
    error.message,
    "ERROR: <input>:2:3: undeclared reference to 'deps' (in container '')\n |   deps.a == 1\n | ..^",
  );
});

test('the column counts characters, also those that take two units in JavaScript', () => {
  assert.match(thrownBy(() => compileBool("'😀é' == x")).message, 'ERROR: <input>:1:9: undeclared');
});

test('a field alone is no bool and no string before it is known; compared or converted it is', () => {
  const error = thrownBy(() => compileBool('dep.metadata.labels.ready'));
  assert.is(error.message, 'CEL expression output type mismatch: expected bool, got dyn');
  assert.is(error.terminal, true);
  assert.match(error.hint ?? '', 'bool()');
  const vars = { dep: { metadata: { labels: { ready: 'true' } } } };
  assert.is(compileBool("dep.metadata.labels.ready == 'true'").evaluate(vars), true);
  assert.is(compileBool('bool(dep.metadata.labels.ready)').evaluate(vars), true);
  assert.is(
    compileCel('string(dep.metadata.labels.ready)', { variables, result: 'string' }).evaluate(vars),
    'true',
  );
});

test('what cannot ever work is invalid, not a failure each time', () => {
  for (const source of ["duration('1 day')", "int('x')", "'a'.matches('(')"]) {
    const error = thrownBy(() => compileCel(source, { variables: 'any', result: 'any' }));
    assert.is(error.code, 'FLUX_E_CEL_PROGRAM');
    assert.is(error.reason, 'InvalidCELExpression');
  }
});

test('a constant index of the right type is fine, converted or not', () => {
  for (const source of ["{'1': true}[string(1)]", "[true][int('0')]", "{'a': true}['a']"]) {
    assert.is(compileCel(source, { variables: 'any', result: 'bool' }).evaluate({}), true);
  }
  assert.throws(
    () => compileCel("m[duration('1h')]", { variables: 'any', result: 'bool' }),
    /invalid qualifier/,
  );
});

test('a missing field is no fault of the expression', () => {
  const program = compileBool('dep.status.ready == true');
  const error = thrownBy(() => program.evaluate({ dep: { status: {} } }));
  assert.is(error.code, 'FLUX_E_CEL_EVALUATION');
  assert.is(error.terminal, false);
  assert.is(
    error.message,
    "failed to evaluate the CEL expression 'dep.status.ready == true': no such key: ready",
  );
});

test('names of JavaScript are no fields', () => {
  const has = (source: string) =>
    compileCel(source, { variables: 'any', result: 'bool' }).evaluate({ a: {} });
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    assert.is(has(`has(a.${name})`), false);
    assert.throws(() => has(`${name} == 1`), /no such attribute/);
    assert.throws(() => has(`a.${name}() == 1`), /no such overload/);
    assert.throws(() => has(`a.${name}(1) == 1`), /no such overload/);
    assert.throws(() => has(`${name}(a, 1) == 1`), /no such overload/);
    assert.throws(() => has(`'%${name}'.format([1]) == ''`));
  }
  assert.is(has(`${JSON.stringify(JSON.parse('{"__proto__": 1}'))}['__proto__'] == 1`), true);
});

const results: readonly (readonly [source: string, result: ResultType, value: unknown])[] = [
  ['1', 'any', 1],
  ['9007199254740993', 'any', 9007199254740993n],
  ["{'a': [1u, 1.5, null, b'x'], 'd': duration('90s')}", 'any', { a: [1, 1.5, null, 'eA=='], d: '90s' }],
  ["timestamp('2024-01-01T00:00:00+01:00')", 'any', '2023-12-31T23:00:00Z'],
  ['optional.none()', 'any', null],
  ["optional.of('a')", 'any', 'a'],
  ["['a', 'b']", 'strings', ['a', 'b']],
  ['type(1)', 'any', 'int'],
];
for (const [source, result, value] of results) {
  test(`${source} gives ${String(JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}` : v)))}`, () => {
    assert.equal(compileCel(source, { variables: 'any', result }).evaluate({}), value);
  });
}

test('numbers are ints from the Kubernetes API, and doubles from bodies of webhooks', () => {
  const program = compileCel('type(req.n) == double && type(res.n) == int && req.n == res.n', {
    variables: ['req', 'res'],
    result: 'bool',
  });
  assert.is(program.evaluate({ req: { n: 2 }, res: { n: 2 } }, { doubles: ['req'] }), true);
  assert.is(program.evaluate({ req: { n: 2 }, res: { n: 2 } }), false);
});

test.run();
