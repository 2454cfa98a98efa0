/** A deep copy of data: objects, arrays, maps, sets, dates, bytes, errors; with cycles. @throws TypeError for functions */
export function structuredClone<T>(value: T): T;
export function structuredClone(value: unknown): unknown {
  return copy(value, new Map());
}

function copy(value: unknown, known: Map<object, unknown>): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new DOMException(`${String(value)} could not be cloned`, 'DataCloneError');
  }
  if (typeof value !== 'object' || value === null) return value;
  const before = known.get(value);
  if (before !== undefined) return before;
  const keep = <T extends object>(made: T): T => {
    known.set(value, made);
    return made;
  };
  if (value instanceof Date) return keep(new Date(value));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof ArrayBuffer) return keep(value.slice(0));
  if (value instanceof DataView) {
    return keep(new DataView(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength)));
  }
  // All typed arrays.
  if (ArrayBuffer.isView(value) && 'slice' in value && typeof value.slice === 'function')
    return keep(value.slice());
  if (value instanceof Error)
    return keep(Object.assign(new Error(value.message), { name: value.name, stack: value.stack }));
  if (value instanceof Map) {
    const map = keep(new Map<unknown, unknown>());
    for (const [key, item] of value) map.set(copy(key, known), copy(item, known));
    return map;
  }
  if (value instanceof Set) {
    const set = keep(new Set<unknown>());
    for (const item of value) set.add(copy(item, known));
    return set;
  }
  if (Array.isArray(value)) {
    const list = keep<unknown[]>([]);
    for (const item of value) list.push(copy(item, known));
    return list;
  }
  const object = keep<Record<string, unknown>>({});
  for (const [key, item] of Object.entries(value)) object[key] = copy(item, known);
  return object;
}
