import { EvaluationFailure, noSuchKey } from '../failure.ts';
import type { CelValue } from '../types.ts';
import { CelMap } from '../values/map.ts';
import { Optional, Uint } from '../values/scalars.ts';
import { isList, typeNameOf } from '../values/type-of.ts';

/**
 * `value.key` or `value[key]`. Of an optional value the result is optional again.
 * @throws EvaluationFailure when there is no such field, key or element
 */
export function access(value: CelValue, key: CelValue): CelValue {
  if (value instanceof Optional) return accessOptional(value, key);
  const found = find(value, key);
  if (found === undefined) throw noSuchKey(keyText(key));
  return found;
}

/** `value.?key` or `value[?key]`: absent where {@link access} has nothing to give. */
export function accessOptional(value: CelValue, key: CelValue): Optional {
  const inner = value instanceof Optional ? value.value : value;
  if (inner === undefined) return Optional.none;
  const found = find(inner, key, true);
  return found === undefined ? Optional.none : new Optional(found);
}

/** `has(value.key)`. */
export function hasField(value: CelValue, field: string): boolean {
  const inner = value instanceof Optional ? value.value : value;
  return inner !== undefined && find(inner, field, true) !== undefined;
}

function find(value: CelValue, key: CelValue, lenient = false): CelValue | undefined {
  if (!isKey(key)) throw new EvaluationFailure(`invalid qualifier type: ${typeNameOf(key)}`);
  if (value instanceof CelMap) return value.get(key);
  if (!isList(value)) return undefined;
  const index = indexOf(key);
  const found = value[Number(index)];
  if (found === undefined && !lenient) throw new EvaluationFailure(`index out of bounds: ${index}`);
  return found;
}

/** What can be a key of a map, or an index. */
export function isKey(value: CelValue): boolean {
  return value instanceof Uint || ['string', 'boolean', 'bigint', 'number'].includes(typeof value);
}

function indexOf(key: CelValue): bigint {
  if (typeof key === 'bigint') return key;
  if (key instanceof Uint) return key.value;
  if (typeof key !== 'number')
    throw new EvaluationFailure(`unsupported index type '${typeNameOf(key)}' in list`);
  if (!Number.isInteger(key)) throw new EvaluationFailure(`unsupported index value ${key} in list`);
  return BigInt(key);
}

function keyText(key: CelValue): string {
  return String(key instanceof Uint ? key.value : key);
}
