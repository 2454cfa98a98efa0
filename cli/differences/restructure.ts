import { isRecord, type Json } from '@flux-host/host/json.ts';
import { compareKeys } from '../output/yaml.ts';

/** Keys that a reader expects first. */
const expected = [
  ['name', 'releases', 'networks'],
  ['name', 'url', 'version', 'sha1'],
  ['jobs', 'resources'],
  ['name', 'type', 'source'],
  ['releases', 'configuration', 'variables'],
  ['auth', 'templates'],
  ['apiVersion', 'kind', 'metadata', 'spec', 'status'],
  ['name'],
  ['key'],
  ['id'],
];

/**
 * The fields of a map in the order in which they read best: known ones in their usual order, then the others, those that hold much last. A map
 * without any known key stays sorted.
 */
export function restructured(map: Json): [string, unknown][] {
  const keys = Object.keys(map).sort(compareKeys);
  const known = bestOrder(keys);
  if (!known) return keys.map((key) => [key, map[key]]);
  const others = keys.filter((key) => !known.includes(key));
  others.sort((a, b) => depth(map[a]) - depth(map[b]));
  return [...known, ...others].map((key) => [key, map[key]]);
}

function bestOrder(keys: readonly string[]): string[] | undefined {
  const hits = expected.map((order) => order.filter((key) => keys.includes(key)));
  const most = Math.max(...hits.map(({ length }) => length));
  return most > 0 ? hits.find(({ length }) => length === most) : undefined;
}

function depth(value: unknown): number {
  const children = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
  return children.reduce((deepest: number, child: unknown) => Math.max(deepest, 1 + depth(child)), 0);
}
