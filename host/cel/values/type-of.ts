import type { CelValue } from '../types.ts';
import { CelMap } from './map.ts';
import { type CelType, Duration, Optional, Timestamp, Uint } from './scalars.ts';

export const durationType = 'google.protobuf.Duration';
export const timestampType = 'google.protobuf.Timestamp';

/** Types that an expression can name. */
export const typeNames: ReadonlySet<string> = new Set([
  'bool',
  'int',
  'uint',
  'double',
  'string',
  'bytes',
  'list',
  'map',
  'null_type',
  'type',
  'optional_type',
  durationType,
  timestampType,
]);

export function isList(value: CelValue): value is readonly CelValue[] {
  return Array.isArray(value);
}

/** The name of a value's type, e.g. `list`. */
export function typeNameOf(value: CelValue): string {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
  }
  if (value === null) return 'null_type';
  if (isList(value)) return 'list';
  if (value instanceof CelMap) return 'map';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Duration) return durationType;
  if (value instanceof Timestamp) return timestampType;
  if (value instanceof Optional) return 'optional_type';
  value satisfies CelType;
  return 'type';
}
