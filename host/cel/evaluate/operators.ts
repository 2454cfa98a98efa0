import type { Budget } from '../budget.ts';
import { EvaluationFailure, noSuchOverload } from '../failure.ts';
import { addTime, isTime, subtractTime } from '../functions/time-arithmetic.ts';
import type { CelValue } from '../types.ts';
import { compare } from '../values/compare.ts';
import { equals } from '../values/equals.ts';
import { CelMap } from '../values/map.ts';
import { Duration, Uint } from '../values/scalars.ts';
import { isList } from '../values/type-of.ts';

type Operator = (args: { left: CelValue; right: CelValue; budget: Budget }) => CelValue;

const byName: Readonly<Record<string, Operator>> = {
  '_==_': ({ left, right, budget }) => equals(left, right, budget),
  '_!=_': ({ left, right, budget }) => !equals(left, right, budget),
  '_<_': ordered('_<_', (order) => order < 0),
  '_<=_': ordered('_<=_', (order) => order <= 0),
  '_>_': ordered('_>_', (order) => order > 0),
  '_>=_': ordered('_>=_', (order) => order >= 0),
  '_+_': ({ left, right, budget }) => add(left, right, budget),
  '_-_': ({ left, right }) => (isTime(left) ? subtractTime(left, right) : arithmetic('-', left, right)),
  '_*_': ({ left, right }) => arithmetic('*', left, right),
  '_/_': ({ left, right }) => arithmetic('/', left, right),
  '_%_': ({ left, right }) => arithmetic('%', left, right),
  '@in': ({ left, right, budget }) => contains(right, left, budget),
};

/** Operators of two operands. */
export const operators: ReadonlyMap<string, Operator> = new Map(Object.entries(byName));

function ordered(name: string, holds: (order: number) => boolean): Operator {
  return ({ left, right, budget }) => {
    if (typeof left === 'string') budget.chargeBytes(left.length);
    return holds(compare(left, right, name));
  };
}

/** `-x`. */
export function negate(value: CelValue): CelValue {
  if (typeof value === 'number') return -value;
  if (typeof value === 'bigint') return int(-value);
  if (value instanceof Duration) return new Duration(-value.nanos);
  throw noSuchOverload(isList(value) || value instanceof CelMap ? '-_' : undefined);
}

/** @throws EvaluationFailure when the value does not fit into 64 bits */
export function int(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new EvaluationFailure('integer overflow');
  return value;
}

/** @throws EvaluationFailure when the value is negative or does not fit into 64 bits */
export function uint(value: bigint): Uint {
  if (BigInt.asUintN(64, value) !== value) throw new EvaluationFailure('unsigned integer overflow');
  return new Uint(value);
}

function add(left: CelValue, right: CelValue, budget: Budget): CelValue {
  if (typeof left === 'string' && typeof right === 'string') {
    budget.chargeBytes(left.length + right.length);
    return left + right;
  }
  if (isList(left) && isList(right)) {
    budget.charge(left.length + right.length);
    return [...left, ...right];
  }
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    budget.chargeBytes(left.length + right.length);
    return new Uint8Array(Buffer.concat([left, right]));
  }
  if (isTime(left)) return addTime(left, right);
  if (typeof left === 'string' || isList(left) || left instanceof Uint8Array) throw noSuchOverload();
  return arithmetic('+', left, right);
}

type Symbol = '+' | '-' | '*' | '/' | '%';

/** There is no arithmetic across number types: `1 + 1.0` is an error in CEL. */
function arithmetic(symbol: Symbol, left: CelValue, right: CelValue): CelValue {
  if (typeof left === 'bigint' && typeof right === 'bigint') return int(integers(symbol, left, right));
  if (left instanceof Uint && right instanceof Uint) return uint(integers(symbol, left.value, right.value));
  if (typeof left === 'number' && typeof right === 'number' && symbol !== '%') {
    return doubles(symbol, left, right);
  }
  const isNumber =
    typeof left === 'bigint' || left instanceof Uint || (typeof left === 'number' && symbol !== '%');
  throw noSuchOverload(isNumber ? undefined : `_${symbol}_`);
}

function integers(symbol: Symbol, left: bigint, right: bigint): bigint {
  switch (symbol) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      if (right === 0n) throw new EvaluationFailure('division by zero');
      return left / right;
    case '%':
      if (right === 0n) throw new EvaluationFailure('modulus by zero');
      return left % right;
  }
}

function doubles(symbol: Exclude<Symbol, '%'>, left: number, right: number): number {
  switch (symbol) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
  }
}

function contains(container: CelValue, value: CelValue, budget: Budget): boolean {
  if (container instanceof CelMap) return container.get(value) !== undefined;
  if (isList(container)) return container.some((item) => equals(item, value, budget));
  throw noSuchOverload();
}
