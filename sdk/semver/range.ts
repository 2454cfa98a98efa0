import { compareVersions, parsePartialVersion, type Version } from './version.ts';

/** Tells whether a version is in a range. */
export type Range = (version: Version) => boolean;

/** How much of a version was written before the first `x`, `*` or end. */
type Precision = 0 | 1 | 2 | 3;

interface Comparator {
  readonly operator: string;
  readonly wanted: Version;
  readonly precision: Precision;
}

const segment = '[0-9xX*|]+';
const identifiers = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const versionForm = `v?${segment}(?:\\.${segment})?(?:\\.${segment})?(?:-${identifiers})?(?:\\+${identifiers})?`;
const hyphenated = new RegExp(`\\s*(${versionForm})\\s+-\\s+(${versionForm})\\s*`, 'g');
const comparator = new RegExp(
  `\\s*(?<operator>!=|>=|=>|<=|=<|~>|=|>|<|~|\\^)?\\s*v?(?<major>${segment})(?:\\.(?<minor>${segment}))?(?:\\.(?<patch>${segment}))?(?<pre>-${identifiers})?(?:\\+${identifiers})?\\s*`,
  'y',
);
const longest = 512;

/**
 * Reads a range as Flux does (Masterminds/semver 3.4): `>=1.2 <2 || ^3.1`, `1.x`, `1.2 - 1.4`, commas or blanks for "and". npm's `semver`
 * differs in `>1.2`, `!=1.x` and prereleases, which is why it is not used. Prereleases are in a range only where one of
 * its bounds is a prerelease.
 * @throws RangeError that says what cannot be read
 */
export function parseRange(text: string): Range {
  if (text.length > longest) throw new RangeError(`a range has at most ${longest} characters`);
  const groups = text.replaceAll(hyphenated, '>= $1, <= $2 ').split('||').map(parseGroup);
  return (version) => groups.some((group) => groupMatches(group, version));
}

function parseGroup(text: string): Comparator[] {
  const comparators: Comparator[] = [];
  let at = 0;
  while (at < text.length) {
    comparator.lastIndex = at;
    const match = comparator.exec(text);
    if (!match) throw improper(text);
    comparators.push(toComparator(text, match.groups ?? {}));
    at = comparator.lastIndex;
    if (at < text.length) at = afterSeparator(text, at);
  }
  if (comparators.length === 0) throw improper(text);
  return comparators;
}

/** Blanks were read along with the comparator; without them it takes a comma. */
function afterSeparator(text: string, at: number): number {
  if (text[at] === ',') {
    if (text.slice(at + 1).trim() === '') throw improper(text);
    return at + 1;
  }
  if (/\s/.test(text[at - 1] ?? '')) return at;
  throw improper(text);
}

function toComparator(text: string, parts: Readonly<Record<string, string | undefined>>): Comparator {
  const segments = [parts['major'], parts['minor'], parts['patch']];
  const written = segments.findIndex((part) => part === undefined || isWildcard(part));
  const precision = (written === -1 ? 3 : written) as Precision;
  const numbers = segments.map((part, index) => (index < precision ? part : '0'));
  const wanted = parsePartialVersion(`${numbers.join('.')}${parts['pre'] ?? ''}`);
  if (!wanted) throw improper(text);
  return { operator: parts['operator'] ?? '=', wanted, precision };
}

function isWildcard(part: string): boolean {
  return part === 'x' || part === 'X' || part === '*';
}

function improper(text: string): RangeError {
  return new RangeError(`improper constraint: ${text.trim() || 'it is empty'}`);
}

/** Prereleases are looked at only where the group names one. */
function groupMatches(group: readonly Comparator[], version: Version): boolean {
  const prereleases = group.some(({ wanted }) => wanted.prerelease !== '');
  if (version.prerelease !== '' && !prereleases) return false;
  return group.every((one) => comparators[one.operator]?.(version, one) ?? false);
}

type Test = (version: Version, comparator: Comparator) => boolean;

/** Major and minor as far as they were written. */
function sameAsWritten(version: Version, { wanted, precision }: Comparator): boolean {
  if (version.major !== wanted.major) return false;
  return precision === 1 || version.minor === wanted.minor;
}

const equal: Test = (version, one) =>
  one.precision === 3 ? compareVersions(version, one.wanted) === 0 : tilde(version, one);

const notEqual: Test = (version, one) => {
  const { wanted, precision } = one;
  if (precision === 0 || precision === 3) return compareVersions(version, wanted) !== 0;
  if (!sameAsWritten(version, one)) return true;
  return precision === 2 && version.prerelease !== wanted.prerelease;
};

const greater: Test = (version, { wanted, precision }) => {
  if (precision === 0 || precision === 3 || version.major !== wanted.major) {
    return precision === 1 || precision === 2
      ? version.major > wanted.major
      : compareVersions(version, wanted) > 0;
  }
  return precision === 2 && version.minor > wanted.minor;
};

const less: Test = (version, { wanted }) => compareVersions(version, wanted) < 0;

const greaterOrEqual: Test = (version, { wanted }) => compareVersions(version, wanted) >= 0;

const lessOrEqual: Test = (version, { wanted, precision }) => {
  if (precision === 3) return compareVersions(version, wanted) <= 0;
  if (version.major !== wanted.major) return version.major < wanted.major;
  return precision === 1 || version.minor <= wanted.minor;
};

const tilde: Test = (version, one) => {
  const { wanted, precision } = one;
  if (compareVersions(version, wanted) < 0) return false;
  const anything = wanted.major === 0n && wanted.minor === 0n && wanted.patch === 0n;
  if (anything && (precision === 0 || precision === 3)) return true;
  return sameAsWritten(version, one);
};

const caret: Test = (version, { wanted, precision }) => {
  if (compareVersions(version, wanted) < 0) return false;
  if (version.major !== wanted.major) return false;
  if (wanted.major > 0n || precision === 1) return true;
  if (version.minor !== wanted.minor) return false;
  return wanted.minor > 0n || precision === 2 || version.patch === wanted.patch;
};

const comparators: Readonly<Record<string, Test>> = {
  '=': equal,
  '!=': notEqual,
  '>': greater,
  '<': less,
  '>=': greaterOrEqual,
  '=>': greaterOrEqual,
  '<=': lessOrEqual,
  '=<': lessOrEqual,
  '~': tilde,
  '~>': tilde,
  '^': caret,
};
