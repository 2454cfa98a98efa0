import type { Budget } from '../budget.ts';
import { LimitReached } from '../failure.ts';
import { formatDuration, formatTimestamp } from '../functions/time-text.ts';
import type { CelValue } from '../types.ts';
import { CelMap } from './map.ts';
import { type CelType, Duration, Optional, Timestamp, Uint } from './scalars.ts';
import { isList } from './type-of.ts';

/** Deeper than any object of Kubernetes, and far from the end of the stack. */
const maxDepth = 200;

const maxInt = 2 ** 63;

export interface JsonReading {
  readonly budget: Budget;
  /** Numbers without a fraction are `double` as well. */
  readonly doubles: boolean;
}

/** The CEL value of JSON data. @throws LimitReached when it is too large or too deep */
export function fromJson(json: unknown, reading: JsonReading, depth = 0): CelValue {
  reading.budget.charge(1);
  if (depth > maxDepth) throw new LimitReached(`its input is nested deeper than ${maxDepth} levels`);
  switch (typeof json) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return json;
    case 'number':
      return Number.isInteger(json) && !reading.doubles && Math.abs(json) < maxInt ? BigInt(json) : json;
    case 'object':
      break;
    default:
      return null;
  }
  if (json === null) return null;
  if (Array.isArray(json)) return json.map((item: unknown) => fromJson(item, reading, depth + 1));
  const map = new CelMap();
  for (const [key, value] of Object.entries(json)) {
    if (value !== undefined) map.set(key, fromJson(value, reading, depth + 1));
  }
  return map;
}

/**
 * Data that `JSON.stringify` can write. An int that JSON cannot hold exactly stays a bigint.
 * @throws LimitReached when it is too large: `[x, x]` of `[x, x]` … is small as long as both are the same list
 */
export function toJson(value: CelValue, budget: Budget): unknown {
  budget.charge(1);
  if (typeof value === 'bigint') return plainInteger(value);
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map((item) => toJson(item, budget));
  if (value instanceof CelMap) {
    return Object.fromEntries(
      [...value.entries()].map(([key, item]) => [keyText(key), toJson(item, budget)]),
    );
  }
  if (value instanceof Uint) return plainInteger(value.value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Duration) return formatDuration(value);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof Optional) return value.value === undefined ? null : toJson(value.value, budget);
  value satisfies CelType;
  return value.name;
}

function plainInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function keyText(key: CelValue): string {
  return String(key instanceof Uint ? key.value : key);
}
