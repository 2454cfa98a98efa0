import type { Budget } from '../budget.ts';
import type { CelValue } from '../types.ts';
import { CelMap } from './map.ts';
import { CelType, Duration, Optional, Timestamp, Uint } from './scalars.ts';
import { isList } from './type-of.ts';

/** CEL's `==`: numbers by value whatever their type; other values of different types are unequal. */
export function equals(left: CelValue, right: CelValue, budget: Budget): boolean {
  budget.charge(1);
  const a = left instanceof Uint ? left.value : left;
  const b = right instanceof Uint ? right.value : right;
  if (typeof a === 'bigint' && typeof b === 'number') return Number(a) === b;
  if (typeof a === 'number' && typeof b === 'bigint') return a === Number(b);
  if (typeof a === 'string' && typeof b === 'string') budget.chargeBytes(Math.min(a.length, b.length));
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (isList(a)) {
    return isList(b) && a.length === b.length && a.every((item, i) => equals(item, b[i] ?? null, budget));
  }
  if (a instanceof CelMap) return b instanceof CelMap && equalMaps(a, b, budget);
  if (a instanceof Uint8Array) {
    return b instanceof Uint8Array && a.length === b.length && a.every((byte, i) => byte === b[i]);
  }
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos;
  if (a instanceof CelType) return b instanceof CelType && a.name === b.name;
  if (!(a instanceof Optional && b instanceof Optional)) return false;
  if (a.value === undefined || b.value === undefined) return a.value === b.value;
  return equals(a.value, b.value, budget);
}

function equalMaps(a: CelMap, b: CelMap, budget: Budget): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a.entries()) {
    const other = b.get(key);
    if (other === undefined || !equals(value, other, budget)) return false;
  }
  return true;
}
