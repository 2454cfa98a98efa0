import { isDeepStrictEqual } from 'node:util';
import { isRecord, type Json, setOwn } from '../../json.ts';
import type { FieldRule, MergeRules } from './merge-rules.ts';

/** What was sent last, what is to be, and what the API server has. */
export interface Versions<T> {
  readonly original: T;
  readonly modified: T;
  readonly current: T;
}

/**
 * The strategic merge patch that makes of `current` what `modified` says and removes what only `original` says, as `kubectl apply` does on the
 * client's side; what neither says stays. Empty when there is nothing to do.
 */
export function strategicPatch(versions: Versions<Json>, rules: MergeRules, type: string | undefined): Json {
  const { original, modified, current } = versions;
  const patch: Json = {};
  for (const [field, value] of Object.entries(modified)) {
    const of = { original: original[field], modified: value, current: current[field] };
    Object.assign(patch, fieldPatch(field, of, { rules, rule: rules.fieldOf(type, field) }));
  }
  for (const field of Object.keys(original)) {
    if (!Object.hasOwn(modified, field) && Object.hasOwn(current, field)) setOwn(patch, field, null);
  }
  return patch;
}

interface Ruled {
  readonly rules: MergeRules;
  readonly rule: FieldRule | undefined;
}

const none: FieldRule['strategies'] = new Set();

function fieldPatch(field: string, versions: Versions<unknown>, ruled: Ruled): Json {
  const { modified, current } = versions;
  const strategies = ruled.rule?.strategies ?? none;
  if (modified === null || modified === undefined) {
    return current === null || current === undefined ? {} : { [field]: null };
  }
  if (isRecord(modified) && isRecord(current))
    return mapPatch(field, { ...versions, modified, current }, ruled);
  if (Array.isArray(modified) && Array.isArray(current) && strategies.has('merge')) {
    const original: unknown[] = Array.isArray(versions.original) ? versions.original : [];
    return listPatch(field, { original, modified, current }, ruled);
  }
  return isDeepStrictEqual(modified, current) ? {} : { [field]: modified };
}

function mapPatch(
  field: string,
  { original, modified, current }: { original: unknown; modified: Json; current: Json },
  { rules, rule }: Ruled,
): Json {
  const strategies = rule?.strategies ?? none;
  if (strategies.has('replace')) {
    return isDeepStrictEqual(modified, current) ? {} : { [field]: { $patch: 'replace', ...modified } };
  }
  const before = isRecord(original) ? original : {};
  const patch = strategicPatch({ original: before, modified, current }, rules, rule?.type);
  if (Object.keys(patch).length === 0) return {};
  // Fields of another variant of the same thing have to go, e.g. `rollingUpdate` of a Deployment that is to be recreated.
  if (strategies.has('retainKeys')) patch['$retainKeys'] = Object.keys(modified).toSorted();
  return { [field]: patch };
}

function listPatch(field: string, versions: Versions<readonly unknown[]>, ruled: Ruled): Json {
  const { mergeKey } = ruled.rule ?? {};
  if (mergeKey === undefined) return valuesPatch(field, versions);
  const items = {
    original: keyed(versions.original, mergeKey),
    modified: keyed(versions.modified, mergeKey),
    current: keyed(versions.current, mergeKey),
  };
  const { original, modified, current } = items;
  // Items that cannot be told apart (a port twice, for TCP and for UDP) would be taken for one.
  if (!modified || !current) return replacedList(field, versions, ruled);
  return itemsPatch(field, { original: original ?? new Map(), modified, current }, { ...ruled, mergeKey });
}

type Items = ReadonlyMap<unknown, Json>;

/** Items by their key; undefined when one has none, or two have the same. */
function keyed(list: readonly unknown[], mergeKey: string): Items | undefined {
  const items = new Map<unknown, Json>();
  for (const item of list) {
    if (!isRecord(item)) return undefined;
    const key = item[mergeKey];
    if (key === undefined || items.has(key)) return undefined;
    items.set(key, item);
  }
  return items;
}

function itemsPatch(
  field: string,
  { original, modified, current }: Versions<Items>,
  { rules, rule, mergeKey }: Ruled & { mergeKey: string },
): Json {
  const changes: Json[] = [];
  for (const [key, item] of modified) {
    const live = current.get(key);
    const before = original.get(key) ?? {};
    const patch = live
      ? strategicPatch({ original: before, modified: item, current: live }, rules, rule?.type)
      : item;
    if (Object.keys(patch).length > 0) changes.push({ ...patch, [mergeKey]: key });
  }
  for (const key of original.keys()) {
    if (!modified.has(key) && current.has(key)) changes.push({ $patch: 'delete', [mergeKey]: key });
  }
  const wanted = [...modified.keys()];
  const present = [...current.keys()].filter((key) => modified.has(key));
  if (changes.length === 0 && isDeepStrictEqual(wanted, present)) return {};
  return {
    ...(changes.length > 0 ? { [field]: changes } : {}),
    [`$setElementOrder/${field}`]: wanted.map((key) => ({ [mergeKey]: key })),
  };
}

function replacedList(
  field: string,
  { modified, current }: Versions<readonly unknown[]>,
  { rules, rule }: Ruled,
): Json {
  const isThere = (item: unknown, index: number): boolean => {
    const live = current[index];
    if (!isRecord(item) || !isRecord(live)) return isDeepStrictEqual(item, live);
    const patch = strategicPatch({ original: {}, modified: item, current: live }, rules, rule?.type);
    return Object.keys(patch).length === 0;
  };
  if (modified.length === current.length && modified.every(isThere)) return {};
  return { [field]: [{ $patch: 'replace' }, ...modified] };
}

/** Of plain values, e.g. finalizers: others may have added theirs. */
function valuesPatch(field: string, { original, modified, current }: Versions<readonly unknown[]>): Json {
  const added = modified.filter((value) => !current.includes(value));
  const gone = original.filter((value) => !modified.includes(value) && current.includes(value));
  if (added.length === 0 && gone.length === 0) return {};
  return {
    ...(added.length > 0 ? { [field]: added } : {}),
    ...(gone.length > 0 ? { [`$deleteFromPrimitiveList/${field}`]: gone } : {}),
    [`$setElementOrder/${field}`]: modified,
  };
}
