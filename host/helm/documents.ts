import { createLru } from '../build/cache/lru.ts';
import { parseYaml } from '../build/yaml/parse.ts';
import { clone } from '../json.ts';

const mostBytes = 8 * 2 ** 20;
const known = createLru<unknown>(mostBytes);

/**
 * Parses a document of a release. In the course of an attempt each is looked at several times: checked, applied, compared with those
 * before, listed; and what a new release has is what the next one replaces.
 * @returns the caller's own copy
 * @throws YAMLException with the line
 */
export function parseDocument(text: string): unknown {
  const found = known.get(text);
  if (found !== undefined) return clone(found);
  const value = parseYaml(text);
  known.set(text, clone(value), text.length);
  return value;
}
