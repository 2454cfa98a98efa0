import { compileCel } from '@flux-host/host/cel/compile.ts';
import { compileHealthChecks, compileStatusEvaluator } from '@flux-host/host/cel/health.ts';
import type { ResultType } from '@flux-host/host/cel/types.ts';
import { type AssetRunner, fail, type Outcome, pass, skip } from '../asset.ts';
import { compare } from '../diff.ts';
import { tables } from '../table.ts';

interface Input {
  readonly expr: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Present, and empty for want of a form in JSON, where upstream compiles with declared variables. */
  readonly opts?: readonly unknown[];
  readonly exprs: { readonly current: string; readonly inProgress?: string; readonly failed?: string };
  readonly obj?: Readonly<Record<string, unknown>>;
  readonly gk: GroupKind;
  readonly supportedGK: GroupKind;
}

interface GroupKind {
  readonly Group: string;
  readonly Kind: string;
}

interface Expected {
  readonly err?: string;
  readonly result?: unknown;
}

/** Runs the work and holds its error, or else its result, against what is expected. */
function check(expected: Expected, work: () => unknown): Outcome {
  let result: unknown;
  try {
    result = work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!expected.err) return fail(`expected ${JSON.stringify(expected.result)}, got the error "${message}"`);
    return message.includes(expected.err)
      ? pass
      : fail(`expected the error "${expected.err}", got "${message}"`);
  }
  if (expected.err) return fail(`expected the error "${expected.err}", got ${JSON.stringify(result)}`);
  return expected.result === undefined ? pass : compare(expected.result, result);
}

function evaluate({ expr, data = {}, opts }: Input, result: ResultType): unknown {
  const names = Object.keys(data);
  // Upstream declares the variables that hold objects; the result's type is checked by the value here, as there.
  const isDeclarable = names.every((name) => typeof data[name] === 'object' && !Array.isArray(data[name]));
  if (opts && isDeclarable) compileCel(expr, { variables: names, result: 'any' });
  return compileCel(expr, { variables: 'any', result }).evaluate(data);
}

function newExpression({ expr, opts }: Input): undefined {
  const root = /^\w+/.exec(expr)?.[0] ?? '';
  compileCel(expr, opts ? { variables: [root], result: 'bool' } : { variables: 'any', result: 'any' });
}

function supports({ gk, supportedGK }: Input): boolean {
  const reader = compileHealthChecks([
    { apiVersion: `${supportedGK.Group}/v1`, kind: supportedGK.Kind, current: 'true' },
  ]);
  return reader?.({ apiVersion: `${gk.Group}/v1`, kind: gk.Kind, metadata: { name: 'a' } }) !== undefined;
}

function run(name: string, input: Input, expected: Expected): Outcome {
  switch (name) {
    case 'TestExpression_EvaluateBoolean':
      return check(expected, () => evaluate(input, 'bool'));
    case 'TestExpression_EvaluateString':
      return check(expected, () => evaluate(input, 'string'));
    case 'TestExpression_Evaluate':
      return check(expected, () => evaluate(input, 'any'));
    case 'TestExpression_EvaluateStringSlice':
      return check(expected, () => evaluate(input, 'strings'));
    case 'TestNewExpression':
      return check({ err: expected.err ?? '' }, () => newExpression(input));
    case 'TestNewStatusEvaluator':
      return check({ err: expected.err ?? '' }, () => compileStatusEvaluator(input.exprs));
    case 'TestStatusEvaluator_Evaluate':
      return check(expected, () => ({
        Status: compileStatusEvaluator(input.exprs)(input.obj ?? {}),
        Message: '',
      }));
    case 'TestStatusReader_Supports':
      return compare(expected.result ?? false, supports(input));
    default:
      return skip(`there is nothing that does what ${name} tests`);
  }
}

export const runner: AssetRunner = {
  *cases(dir) {
    for (const table of tables<Input, Expected>(dir)) {
      for (const { name, input, expected } of table.cases) {
        yield { name: `${table.file}: ${name}`, run: () => run(table.function, input, expected) };
      }
    }
  },
};
