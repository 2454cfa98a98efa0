import { Budget } from './budget.ts';
import { evaluationFailed, noStrings, overLimit, wrongResult } from './errors.ts';
import { evaluate } from './evaluate/evaluate.ts';
import { EvaluationFailure, LimitReached } from './failure.ts';
import type { Expression } from './syntax/ast.ts';
import type { CelProgram, CelValue, Results, ResultType } from './types.ts';
import { fromJson, toJson } from './values/json.ts';
import { typeNameOf } from './values/type-of.ts';

type Convert<R extends ResultType> = (value: CelValue, source: string, budget: Budget) => Results[R];

const results: { readonly [R in ResultType]: Convert<R> } = {
  bool(value, source) {
    if (typeof value !== 'boolean') throw wrongResult(source, 'bool');
    return value;
  },
  string(value, source) {
    if (typeof value !== 'string') throw wrongResult(source, 'string');
    return value;
  },
  strings(value, source) {
    if (!Array.isArray(value)) {
      throw noStrings(source, `unsupported native conversion from ${typeNameOf(value)} to '[]string'`);
    }
    const items: readonly CelValue[] = value;
    const other = items.find((item) => typeof item !== 'string');
    if (other === undefined) return items.filter((item) => typeof item === 'string');
    throw noStrings(source, `unsupported type conversion from '${typeNameOf(other)}' to string`);
  },
  any: (value, _, budget) => toJson(value, budget),
};

export function createProgram<R extends ResultType>(
  source: string,
  expression: Expression,
  result: R,
): CelProgram<R> {
  return {
    source,
    evaluate(variables, { doubles = [] } = {}) {
      const budget = new Budget();
      const known = new Map<string, CelValue>();
      const lookup = (name: string): CelValue | undefined => {
        const found = known.get(name);
        if (found !== undefined || !Object.hasOwn(variables, name)) return found;
        const json = variables[name];
        if (json === undefined) return undefined;
        const value = fromJson(json, { budget, doubles: doubles.includes(name) });
        known.set(name, value);
        return value;
      };
      return guarded(source, () => {
        const value = evaluate(expression, { budget, lookup });
        return results[result](value, source, budget);
      });
    },
  };
}

function guarded<T>(source: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof EvaluationFailure) throw evaluationFailed(source, error.message);
    if (error instanceof LimitReached) throw overLimit(source, error.message);
    throw error;
  }
}
