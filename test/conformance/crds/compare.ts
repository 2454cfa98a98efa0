import type { Addition } from '@flux-host/crds/additions.ts';
import { differences } from '../diff.ts';
import type { CrdFacts, SchemaFacts } from './facts.ts';

/**
 * Differences between Flux's CRD and ours, one a line. A declared addition is none; one that is declared and
 * not there is.
 */
export function compareCrds(expected: CrdFacts, actual: CrdFacts, additions: readonly Addition[]): string[] {
  const ownAdditions = additions.filter(({ kind }) => kind === expected.kind);
  const { versions: expectedVersions, ...expectedHead } = expected;
  const { versions: actualVersions, ...actualHead } = actual;
  const names = (versions: CrdFacts['versions']) => versions.map(({ name }) => name);
  return [
    ...differences(expectedHead, actualHead),
    ...differences(names(expectedVersions), names(actualVersions), '.versions'),
    ...expectedVersions.flatMap((version) => {
      const ours = actualVersions.find(({ name }) => name === version.name);
      if (!ours) return [];
      const { schema, ...rest } = version;
      const { schema: ourSchema, ...ourRest } = ours;
      return [...differences(rest, ourRest), ...compareSchemas(schema, ourSchema, ownAdditions)];
    }),
  ];
}

function compareSchemas(
  expected: SchemaFacts,
  actual: SchemaFacts,
  additions: readonly Addition[],
): string[] {
  const stale = additions
    .filter(({ path, change }) => !(path in actual) || (change === 'new field') === path in expected)
    .map(({ path, change }) => `${path}: declared as "${change}", but it is not`);
  const paths = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  const changed = [...paths].flatMap((path) => {
    const addition = additions.find((candidate) => covers(candidate, path));
    if (addition?.change === 'new field') return [];
    const theirs = expected[path];
    const ours = actual[path];
    if (!theirs || !ours) {
      return [
        `${path}: ${theirs ? 'missing' : 'not a field of Flux, and not declared in crds/additions.ts'}`,
      ];
    }
    if (addition?.change === 'open list') return compareOpenList(theirs, ours, path);
    return differences(theirs, ours, path);
  });
  return [...stale, ...changed];
}

/** A new field brings everything below it; an open list is that field alone. */
function covers({ path, change }: Addition, candidate: string): boolean {
  if (candidate === path) return true;
  return change === 'new field' && /^[.[{]/.test(candidate.slice(path.length)) && candidate.startsWith(path);
}

type Facts = Readonly<Record<string, unknown>>;

/** Ours may replace the list of words by bounds, as long as each of Flux's words is within them. */
function compareOpenList(theirs: Facts, ours: Facts, path: string): string[] {
  const { enum: words, ...theirRest } = theirs;
  const { pattern, minLength, maxLength, ...ourRest } = ours;
  const allowed = (word: unknown) =>
    typeof word === 'string' &&
    (typeof pattern !== 'string' || new RegExp(pattern).test(word)) &&
    (typeof minLength !== 'number' || word.length >= minLength) &&
    (typeof maxLength !== 'number' || word.length <= maxLength);
  const refused = Array.isArray(words) ? words.filter((word) => !allowed(word)) : [];
  return [
    ...refused.map((word) => `${path}: does not allow ${JSON.stringify(word)}, which Flux does`),
    ...differences(theirRest, ourRest, path),
  ];
}
