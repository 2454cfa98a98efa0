/**
 * Compares two JSON documents as dyff does, which `flux diff` prints: maps by their keys, lists by what names their entries (`name`,
 * `key`, `id`, …) and otherwise as sets whose order is told of separately.
 */

import { isRecord, type Json } from '@flux-host/host/json.ts';
import { compareKeys } from '../output/yaml.ts';
import { fingerprint } from './fingerprint.ts';
import { identifierOf, type Naming } from './identify.ts';
import type { Detail, Difference, Step } from './types.ts';

type Path = readonly Step[];

/** Differences in the order of the document: what came and went at a place first, then what is below it. */
export function compareDocuments(from: unknown, to: unknown): Difference[] {
  return compareAt([], from, to);
}

function compareAt(path: Path, from: unknown, to: unknown): Difference[] {
  if (from === to) return [];
  if (isRecord(from) && isRecord(to)) return compareMaps(path, from, to);
  if (Array.isArray(from) && Array.isArray(to)) return compareLists(path, from, to);
  return [{ path, details: [{ kind: 'changed', from, to }] }];
}

function compareMaps(path: Path, from: Json, to: Json): Difference[] {
  const only = (one: Json, other: Json) => keysOf(one).filter((key) => !Object.hasOwn(other, key));
  const pick = (map: Json, keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, map[key]]));
  const removed = only(from, to);
  const added = only(to, from);
  const details: Detail[] = [];
  if (removed.length > 0) details.push({ kind: 'removed', value: pick(from, removed) });
  if (added.length > 0) details.push({ kind: 'added', value: pick(to, added) });
  const below = keysOf(from)
    .filter((key) => Object.hasOwn(to, key))
    .flatMap((key) => compareAt([...path, { field: key }], from[key], to[key]));
  return withDetails(path, details, below);
}

function keysOf(map: Json): string[] {
  return Object.keys(map)
    .filter((key) => map[key] !== undefined)
    .sort(compareKeys);
}

function withDetails(path: Path, details: readonly Detail[], below: readonly Difference[]): Difference[] {
  return details.length > 0 ? [{ path, details }, ...below] : [...below];
}

function compareLists(path: Path, from: readonly unknown[], to: readonly unknown[]): Difference[] {
  if (from.length === 0 && to.length === 0) return [];
  const naming = identifierOf(from, to);
  return naming ? compareNamed(path, { from, to }, naming) : compareSets(path, from, to);
}

interface Lists {
  readonly from: readonly unknown[];
  readonly to: readonly unknown[];
}

function compareNamed(path: Path, { from, to }: Lists, naming: Naming): Difference[] {
  const byName = (list: readonly unknown[]) => {
    const entries = new Map<string, unknown>();
    // Of entries with the same name the first one counts.
    for (const entry of list) if (!entries.has(naming(entry))) entries.set(naming(entry), entry);
    return entries;
  };
  const [before, after] = [byName(from), byName(to)];
  const below = from
    .filter((entry) => after.has(naming(entry)))
    .flatMap((entry) => compareAt([...path, { entry: naming(entry) }], entry, after.get(naming(entry))));
  const common = (list: readonly unknown[], other: ReadonlyMap<string, unknown>) =>
    list.map(naming).filter((name) => other.has(name));
  const details = [
    ...orderDetails(common(from, after), common(to, before)),
    ...listDetails(
      from.filter((entry) => !after.has(naming(entry))),
      to.filter((entry) => !before.has(naming(entry))),
    ),
  ];
  return withDetails(path, details, below);
}

function compareSets(path: Path, from: readonly unknown[], to: readonly unknown[]): Difference[] {
  if (from.length === 1 && to.length === 1) return compareAt([...path, { index: 0 }], from[0], to[0]);
  const [before, after] = [fingerprint.countIn(from), fingerprint.countIn(to)];
  const common = (list: readonly unknown[], other: ReadonlyMap<string, number>) =>
    list.filter((entry) => other.has(fingerprint.of(entry))).map(fingerprint.text);
  const [kept, keptThen] = [common(from, after), common(to, before)];
  const details = [
    ...(kept.length === keptThen.length ? orderDetails(kept, keptThen) : []),
    ...listDetails(surplus(from, before, after), surplus(to, after, before)),
  ];
  return withDetails(path, details, []);
}

/** Entries of which the other list has fewer, each as often as it has fewer. */
function surplus(
  list: readonly unknown[],
  here: ReadonlyMap<string, number>,
  there: ReadonlyMap<string, number>,
): unknown[] {
  const told = new Set<string>();
  return list.flatMap((entry) => {
    const print = fingerprint.of(entry);
    if (!there.has(print)) return [entry];
    const more = (here.get(print) ?? 0) - (there.get(print) ?? 0);
    if (more <= 0 || told.has(print)) return [];
    told.add(print);
    return Array.from({ length: more }, () => entry);
  });
}

function listDetails(removed: readonly unknown[], added: readonly unknown[]): Detail[] {
  return [
    ...(removed.length > 0 ? [{ kind: 'removed', value: removed } as const] : []),
    ...(added.length > 0 ? [{ kind: 'added', value: added } as const] : []),
  ];
}

function orderDetails(from: readonly string[], to: readonly string[]): Detail[] {
  const moved = from.length !== to.length || from.some((name, index) => name !== to[index]);
  return moved && from.length > 0 ? [{ kind: 'reordered', from, to }] : [];
}
