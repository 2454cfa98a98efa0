import { EvaluationFailure, noSuchOverload } from '../failure.ts';
import type { CelValue } from '../types.ts';
import { CelMap } from '../values/map.ts';
import { Duration, Optional, Timestamp, Uint } from '../values/scalars.ts';
import { isList } from '../values/type-of.ts';
import { arity, type CelFunction, type LazyFunction, list } from './types.ts';

/** cel-go's `OptionalTypes`, but for the operators and macros. */
export const optionalFunctions: Readonly<Record<string, CelFunction>> = {
  'optional.of': (args) => new Optional(only(args)),
  'optional.none': (args) => {
    arity(args, 0);
    return Optional.none;
  },
  'optional.ofNonZeroValue': (args) => (isZero(only(args)) ? Optional.none : new Optional(only(args))),
  'optional.unwrap': unwrapAll,
  unwrapOpt: unwrapAll,
  hasValue: (args) => optional(only(args)).value !== undefined,
  value: (args) => {
    const { value } = optional(only(args));
    if (value === undefined) throw new EvaluationFailure('optional.none() dereference');
    return value;
  },
  first: (args) => new Optional(list(only(args)).at(0)),
  last: (args) => new Optional(list(only(args)).at(-1)),
};

/** A value that is not optional is taken for present, as cel-go does when nothing was type-checked. */
export const lazyOptionalFunctions: Readonly<Record<string, LazyFunction>> = {
  or: (target, argument) => (target instanceof Optional && target.value === undefined ? argument() : target),
  orValue: (target, argument) => {
    if (!(target instanceof Optional)) return target;
    return target.value === undefined ? argument() : target.value;
  },
};

function only(args: readonly CelValue[]): CelValue {
  arity(args, 1);
  return args[0] ?? null;
}

function optional(value: CelValue): Optional {
  if (!(value instanceof Optional)) throw noSuchOverload();
  return value;
}

function unwrapAll(args: readonly CelValue[]): CelValue {
  return list(only(args)).flatMap((item) => {
    const { value } = optional(item);
    return value === undefined ? [] : [value];
  });
}

function isZero(value: CelValue): boolean {
  if (value === null || value === false || value === 0 || value === 0n || value === '') return true;
  if (isList(value) || value instanceof Uint8Array) return value.length === 0;
  if (value instanceof CelMap) return value.size === 0;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Duration) return value.nanos === 0n;
  // Go's zero time is that of the year 1, not that of 1970.
  return (
    value instanceof Timestamp && value.nanos === BigInt(Date.parse('0001-01-01T00:00:00Z')) * 1_000_000n
  );
}
