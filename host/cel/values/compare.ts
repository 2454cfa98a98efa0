import { noSuchOverload } from '../failure.ts';
import type { CelValue } from '../types.ts';
import { Duration, Timestamp, Uint } from './scalars.ts';

/**
 * Order of two values: negative, zero, positive, or NaN when one is not a number. Numbers compare across types.
 * @param operator for the message, e.g. `_<_`
 * @throws EvaluationFailure when the types have no order
 */
export function compare(left: CelValue, right: CelValue, operator: string): number {
  const a = left instanceof Uint ? left.value : left;
  const b = right instanceof Uint ? right.value : right;
  if (isNumeric(a) && isNumeric(b)) return compareNumbers(a, b);
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (a instanceof Duration && b instanceof Duration) return compareNumbers(a.nanos, b.nanos);
  if (a instanceof Timestamp && b instanceof Timestamp) return compareNumbers(a.nanos, b.nanos);
  throw noSuchOverload(isOrdered(a) ? undefined : operator);
}

function isNumeric(value: CelValue): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

function isOrdered(value: CelValue): boolean {
  const ordered = ['bigint', 'number', 'string', 'boolean'].includes(typeof value);
  return ordered || [Uint8Array, Duration, Timestamp].some((type) => value instanceof type);
}

/** An int is taken as a double beside one, as cel-go does. */
function compareNumbers(a: bigint | number, b: bigint | number): number {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  const x = Number(a);
  const y = Number(b);
  if (x < y) return -1;
  if (x > y) return 1;
  return x === y ? 0 : Number.NaN;
}

/** By code point: JavaScript's own order, by UTF-16 unit, puts emoji before some older characters. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  let i = 0;
  while (i < a.length && i < b.length && a.charCodeAt(i) === b.charCodeAt(i)) i += 1;
  const low = (text: string): boolean => text.charCodeAt(i) >= 0xdc00 && text.charCodeAt(i) <= 0xdfff;
  const start = i > 0 && (low(a) || low(b)) ? i - 1 : i;
  return (a.codePointAt(start) ?? -1) < (b.codePointAt(start) ?? -1) ? -1 : 1;
}
