import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Budget } from './budget.ts';
import { checkTypes } from './check/checker.ts';
import { formatType } from './check/types.ts';
import { compileCel } from './compile.ts';
import { evaluate } from './evaluate/evaluate.ts';
import { EvaluationFailure } from './failure.ts';
import { isFunction } from './functions/index.ts';
import { formatTimestamp } from './functions/time-text.ts';
import { parse } from './syntax/parser.ts';
import { formatIssues, SyntaxIssue } from './syntax/position.ts';
import type { CelValue } from './types.ts';
import { fromJson } from './values/json.ts';
import { CelMap } from './values/map.ts';
import { CelType, Duration, Optional, Timestamp, Uint } from './values/scalars.ts';

/** What cel-go said, see testdata/recorder. */
interface Answer {
  readonly expression: string;
  readonly value?: unknown;
  readonly error?: string;
  readonly invalid?: string;
  readonly type?: string;
  readonly issues?: string;
}

const read = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, 'testdata', name), 'utf8'));
const answers: readonly Answer[] = read('answers.json');
const { data }: { data: Readonly<Record<string, unknown>> } = read('expressions.json');

/** Where we differ on purpose, and why. */
const evaluationDiffers: Readonly<Record<string, string>> = {
  "'%.3f'.format([2])": 'cel-go prints Go\'s "%!f(int64=002)"',
  '[?1]': 'cel-go prints the value, which might be long or secret',
  '[?m.a]': 'the same',
  "{?'a': m.a}": 'the same',
  'google.protobuf.Timestamp{seconds: 1}': 'no message literals',
  'google.protobuf.Duration{seconds: 1}': 'no message literals',
  'google.protobuf.Int32Value{value: 1}': 'no message literals',
  "google.protobuf.Value{string_value: 'a'}": 'no message literals',
  'google.protobuf.Struct{}': 'no message literals',
  'Foo{a: 1}': 'no message literals',
};
const typeDiffers: Readonly<Record<string, string>> = {
  "'%d'.format(['a'])": 'found when it is evaluated',
  "'%s'.format([optional.of(1)])": 'the same',
  "'%x'.format([true])": 'the same',
  "'%x'.format([1.5])": 'the same',
  "'%b'.format([1.5])": 'the same',
  "'%f'.format(['a'])": 'the same',
  "'%o'.format(['a'])": 'the same',
  'duration(5)': 'cel-go declares it, and has no such conversion',
  'optional.of(1).optFlatMap(x, x)': 'marked at the argument, not at the call',
  "true ? null : duration('1s')": 'nobody needs a null for a duration',
};

function value(expression: string): unknown {
  const budget = new Budget();
  const lookup = (name: string): CelValue | undefined =>
    // JSON.parse cannot tell 1.0 from 1.
    name in data ? fromJson(data[name], { budget, doubles: name === 'onef' }) : undefined;
  return show(evaluate(parse(expression, isFunction), { budget, lookup }));
}

/** In the form of the recorder. */
function show(item: CelValue): unknown {
  if (item === null || typeof item === 'boolean' || typeof item === 'string') return item;
  if (typeof item === 'bigint') return { int: String(item) };
  if (typeof item === 'number') return { double: doubleText(item) };
  if (item instanceof Uint) return { uint: String(item.value) };
  if (item instanceof Uint8Array) return { bytes: Buffer.from(item).toString('hex') };
  if (item instanceof Timestamp) return { timestamp: formatTimestamp(item) };
  if (item instanceof Duration) return { nanoseconds: String(item.nanos) };
  if (item instanceof CelType) return { type: item.name };
  if (item instanceof Optional) return { optional: item.value === undefined ? 'none' : show(item.value) };
  if (item instanceof CelMap) {
    const entries = [...item.entries()].map((entry) => entry.map((part) => JSON.stringify(show(part))));
    return { map: entries.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)) };
  }
  return item.map(show);
}

function doubleText(item: number): string {
  if (!Number.isFinite(item)) return String(item).replace(/^(-?)Infinity/, (_, sign) => `${sign || '+'}Inf`);
  const [mantissa = '', power = ''] = item.toExponential().split('e');
  const text = `${mantissa}e${power[0]}${power.slice(1).padStart(2, '0')}`;
  return Object.is(item, -0) ? `-${text}` : text;
}

function failureOf(expression: string): EvaluationFailure {
  try {
    value(expression);
  } catch (error) {
    if (error instanceof EvaluationFailure) return error;
    throw error;
  }
  throw new Error('gave a value');
}

function invalidity(expression: string): string | undefined {
  try {
    compileCel(expression, { variables: 'any', result: 'any' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Where the first mistake is: the parser of cel-go goes on after it, and words some of them otherwise. */
function firstPosition(text: string): string | undefined {
  return /ERROR: (<input>:\d+:\d+):/.exec(text)?.[1];
}

test('the recording has every expression', () => {
  const { expressions } = read('expressions.json');
  assert.equal(
    answers.map(({ expression }) => expression),
    expressions,
  );
  assert.ok(answers.length > 900);
});

for (const { expression, value: wanted, error, invalid } of answers) {
  if (expression in evaluationDiffers) continue;
  if (invalid !== undefined) {
    test(`invalid, and at the same place: ${expression}`, () => {
      const message = invalidity(expression);
      assert.ok(message, 'was accepted');
      // Of nothing at all cel-go gives the column as 0.
      if (expression !== '') assert.is(firstPosition(message), firstPosition(invalid));
    });
    continue;
  }
  test(`${error === undefined ? 'the same value' : 'the same error'}: ${expression}`, () => {
    assert.is(invalidity(expression), undefined);
    if (error === undefined) {
      assert.equal(value(expression), wanted ?? null);
      return;
    }
    const failure = failureOf(expression);
    // Ours may say more, and names no types of Go.
    const plain = error.replace(/types\.(\w+)/, (_, name: string) => name.toLowerCase());
    assert.ok(failure.message.startsWith(plain), failure.message);
  });
}

for (const { expression, type, issues } of answers) {
  if (expression in typeDiffers || expression in evaluationDiffers || type === 'panic') continue;
  test(`the same type, or the same complaint: ${expression}`, () => {
    try {
      const found = checkTypes(parse(expression, isFunction), Object.keys(data));
      if (issues === undefined) {
        assert.equal(found.issues, []);
        assert.is(comparable(formatType(found.type)), comparable(type ?? ''));
      } else {
        assert.is(firstPosition(formatIssues(expression, found.issues)), firstPosition(issues));
      }
    } catch (failure) {
      if (!(failure instanceof SyntaxIssue)) throw failure;
      assert.ok(issues, failure.message);
    }
  });
}

/** What a type value stands for is of no use to an expression; cel-go keeps it, we do not. */
function comparable(type: string): string {
  return type
    .replaceAll(/type\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g, 'type')
    .replace(/^null_type$/, 'null');
}

test.run();
