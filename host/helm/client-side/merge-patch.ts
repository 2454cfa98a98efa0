import { isDeepStrictEqual } from 'node:util';
import { isRecord, type Json, setOwn } from '../../json.ts';

/** The JSON merge patch (RFC 7386) from one object to another; empty when they are equal. */
export function mergePatch(from: Json, to: Json): Json {
  const patch = additions(from, to, mergePatch);
  for (const field of Object.keys(from)) if (!Object.hasOwn(to, field)) setOwn(patch, field, null);
  return patch;
}

/** The patch that adds to `from` what `to` has, and removes nothing. */
export function addingPatch(from: Json, to: Json): Json {
  return additions(from, to, addingPatch);
}

function additions(from: Json, to: Json, inner: (from: Json, to: Json) => Json): Json {
  const patch: Json = {};
  for (const [field, value] of Object.entries(to)) {
    const before = from[field];
    if (isRecord(value) && isRecord(before)) {
      const change = inner(before, value);
      if (Object.keys(change).length > 0) setOwn(patch, field, change);
    } else if (!isDeepStrictEqual(value ?? null, before ?? null)) {
      setOwn(patch, field, value);
    }
  }
  return patch;
}
