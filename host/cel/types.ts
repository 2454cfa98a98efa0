import type { CelMap } from './values/map.ts';
import type { CelType, Duration, Optional, Timestamp, Uint } from './values/scalars.ts';

/**
 * A value while an expression is evaluated. CEL `int` is a bigint, `double` a number, `list` an array, `bytes` a
 * Uint8Array.
 */
export type CelValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Duration
  | Timestamp
  | CelType
  | Optional
  | CelMap
  | readonly CelValue[];

/** What an expression has to give. */
export type ResultType = 'bool' | 'string' | 'strings' | 'any';

/** TypeScript's type of a result. */
export interface Results {
  bool: boolean;
  string: string;
  /** A list of nothing but text. */
  strings: readonly string[];
  /** As `JSON.stringify` can write it: int and double are numbers, bytes base64, times and durations text. */
  any: unknown;
}

export interface CompileOptions<R extends ResultType = ResultType> {
  /**
   * The declared variables, each a JSON object: the expression is type-checked before it ever runs, as Flux does for
   * `readyExpr`, filters and commit statuses. With `'any'` every name may be used and nothing is checked before, as
   * Flux does for `healthCheckExprs`, whose variables are the top-level fields of the object.
   */
  readonly variables: readonly string[] | 'any';
  /**
   * With declared variables `bool` and `string` are demanded of the type of the expression, as Flux does: a field
   * alone, whose type is known to nobody, is refused (`a.b == true` is not). Otherwise of the value.
   */
  readonly result: R;
}

export interface EvaluateOptions {
  /**
   * Variables whose JSON numbers are all `double`: bodies of webhooks and claims, which Flux decodes with Go's
   * encoding/json. Elsewhere a number without a fraction is an `int`, as in objects from the Kubernetes API.
   */
  readonly doubles?: readonly string[];
}

/** An expression that is ready to be evaluated any number of times. */
export interface CelProgram<R extends ResultType = ResultType> {
  readonly source: string;
  /**
   * Evaluates synchronously, within fixed bounds of work, time and memory.
   * @param variables JSON values by name; only those that the expression names are looked at
   * @throws FluxError FLUX_E_CEL_EVALUATION when the expression gives no value (a missing field, a wrong type),
   * FLUX_E_CEL_RESULT when it gives one of another type, FLUX_E_CEL_LIMIT when it asks for too much work
   */
  evaluate(variables: Readonly<Record<string, unknown>>, options?: EvaluateOptions): Results[R];
}
