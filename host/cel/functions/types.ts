import type { Budget } from '../budget.ts';
import { type EvaluationFailure, noSuchOverload } from '../failure.ts';
import type { CelValue } from '../types.ts';
import { isList, typeNameOf } from '../values/type-of.ts';

/** @throws EvaluationFailure when the arguments do not fit */
export type CelFunction = (args: readonly CelValue[], budget: Budget) => CelValue;

export type LazyFunction = (target: CelValue, argument: () => CelValue) => CelValue;

/** An argument that has to be text. */
export function text(value: CelValue | undefined): string {
  if (typeof value !== 'string') throw noSuchOverload();
  return value;
}

/** An argument that has to be an int, as a number: what indexes and counts are used for is far smaller than 2⁵³. */
export function count(value: CelValue | undefined): number {
  if (typeof value !== 'bigint') throw noSuchOverload();
  return Number(value);
}

export function list(value: CelValue | undefined): readonly CelValue[] {
  if (value === undefined || !isList(value)) throw noSuchOverload();
  return value;
}

/** Fails unless there are as many arguments as that. */
export function arity(args: readonly CelValue[], least: number, most = least): void {
  if (args.length < least || args.length > most) throw noSuchOverload();
}

/** For arguments of the wrong types, e.g. `no such overload: getHours(string)`. */
export function unsuitable(name: string, args: readonly CelValue[]): EvaluationFailure {
  return noSuchOverload(`${name}(${args.map(typeNameOf).join(', ')})`);
}
