import { isDeepStrictEqual } from 'node:util';

type Json = Record<string, unknown>;

/**
 * The JSON merge patch (RFC 7386) that turns `before` into `after`, or undefined when they are equal. Lists are
 * replaced as a whole.
 */
export function mergePatch(before: Json, after: Json): Json | undefined {
  const patch: Json = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const old = before[key];
    const wanted = after[key];
    if (wanted === undefined) {
      if (old !== undefined) patch[key] = null;
    } else if (isObject(old) && isObject(wanted)) {
      const nested = mergePatch(old, wanted);
      if (nested) patch[key] = nested;
    } else if (!isDeepStrictEqual(old, wanted)) {
      patch[key] = wanted;
    }
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
