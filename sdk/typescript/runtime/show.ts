import { describeError } from './describe.ts';

/** A value as text for a person. */
export function show(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return describeError(value);
  if (typeof value === 'function') return `[function ${value.name || 'without a name'}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const above: unknown[] = [];
  try {
    return JSON.stringify(value, function (this: unknown, _key, inner: unknown) {
      // `this` is the object that `inner` is in: what is not above it has been left.
      while (above.length > 0 && above.at(-1) !== this) above.pop();
      if (above.includes(inner)) return '[circular]';
      if (typeof inner === 'object' && inner !== null) above.push(inner);
      return plain(inner);
    });
  } catch {
    return Object.prototype.toString.call(value);
  }
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  return value;
}
