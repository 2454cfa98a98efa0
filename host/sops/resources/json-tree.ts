import { type Branch, branchOf, isBranch, isComment, isList, type Value } from '../document/tree.ts';

/** A parsed object as SOPS sees its JSON: names sorted, as Kubernetes' tools write them. */
export function branchOfObject(object: Readonly<Record<string, unknown>>): Branch {
  const names = Object.keys(object).sort();
  return branchOf(names.map((key) => ({ key, value: valueOfJson(object[key]) })));
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueOfJson(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(valueOfJson);
  if (isObject(value)) return branchOfObject(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  return typeof value === 'string' || typeof value === 'boolean' ? value : String(value);
}

/** Without comments, of which JSON has none: a list may hold some that were encrypted with it. */
export function withoutComments(value: Value): Value {
  if (isBranch(value)) {
    const items = value.items.filter(({ key }) => !isComment(key));
    return branchOf(items.map(({ key, value: below }) => ({ key, value: withoutComments(below) })));
  }
  if (isList(value)) return value.filter((item) => !isComment(item)).map(withoutComments);
  return value;
}
