import { isRecord, type Json } from '../../json.ts';
import { formatPointer } from '../pointer.ts';

/** One change between two documents, in the form of RFC 6902. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: unknown;
  /** What was there; not part of the patch. */
  readonly oldValue?: unknown;
}

export interface DiffOptions {
  /** Replaces a map or list as a whole where that is shorter than its single changes. */
  readonly rationalise?: boolean;
}

/** The changes that turn one document into the other, in the order of their paths. */
export function diffJson(from: unknown, to: unknown, options: DiffOptions = {}): PatchOperation[] {
  return diffAt([], { from, to }, options);
}

interface Pair {
  readonly from: unknown;
  readonly to: unknown;
}

function diffAt(
  path: readonly (string | number)[],
  { from, to }: Pair,
  options: DiffOptions,
): PatchOperation[] {
  if (from === to) return [];
  const pointer = formatPointer(path);
  const whole: PatchOperation = { op: 'replace', path: pointer, value: to, oldValue: from };
  const single = singleChanges(path, { from, to }, options);
  if (!single) return [whole];
  return options.rationalise && lengthOf(single) > lengthOf([whole]) ? [whole] : single;
}

function singleChanges(path: readonly (string | number)[], { from, to }: Pair, options: DiffOptions) {
  if (isRecord(from) && isRecord(to)) return diffMaps(path, { from, to }, options);
  if (Array.isArray(from) && Array.isArray(to)) return diffLists(path, { from, to }, options);
  return undefined;
}

function diffMaps(
  path: readonly (string | number)[],
  { from, to }: { from: Json; to: Json },
  options: DiffOptions,
): PatchOperation[] {
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return keys.flatMap((key): PatchOperation[] => {
    const below = [...path, key];
    if (!(key in to)) return [{ op: 'remove', path: formatPointer(below), oldValue: from[key] }];
    if (!(key in from)) return [{ op: 'add', path: formatPointer(below), value: to[key] }];
    return diffAt(below, { from: from[key], to: to[key] }, options);
  });
}

function diffLists(
  path: readonly (string | number)[],
  { from, to }: { from: readonly unknown[]; to: readonly unknown[] },
  options: DiffOptions,
): PatchOperation[] {
  const removed = from
    .slice(to.length)
    .map(
      (oldValue): PatchOperation => ({ op: 'remove', path: formatPointer([...path, to.length]), oldValue }),
    );
  const common = Math.min(from.length, to.length);
  const changed = to
    .slice(0, common)
    .flatMap((item, index) => diffAt([...path, index], { from: from[index], to: item }, options));
  const added = to
    .slice(common)
    .map((value): PatchOperation => ({ op: 'add', path: formatPointer([...path, '-']), value }));
  return [...removed, ...changed, ...added];
}

/** Length of the patch as JSON. */
function lengthOf(patch: readonly PatchOperation[]): number {
  return patch.reduce((sum, { op, path, value }) => sum + JSON.stringify({ op, path, value }).length, 0);
}
