/** A semantic version. Numbers go up to 64 bits, as in Go. */
export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Without the leading `-`; empty for a release. */
  readonly prerelease: string;
  /** As it was written. */
  readonly original: string;
}

const identifiers = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const suffix = `(?:-(?<pre>${identifiers}))?(?:\\+${identifiers})?$`;
const form = new RegExp(`^v?(?<major>\\d+)(?:\\.(?<minor>\\d+))?(?:\\.(?<patch>\\d+))?${suffix}`);
const largest = 2n ** 64n - 1n;
const longest = 256;

/**
 * Parses a version with all of its three numbers, with or without a `v`; undefined when it is none. Numbers may begin with zeros, as in dates
 * (`v2025.02.03`): Flux's rule, which is looser than semver.org's.
 */
export function parseVersion(text: string): Version | undefined {
  return text.split('.').length < 3 ? undefined : parsePartialVersion(text);
}

/** Parses a version that may lack numbers, as Helm and the bounds of ranges do: `v1.2` is 1.2.0. */
export function parsePartialVersion(text: string): Version | undefined {
  const match = text.length > longest ? null : form.exec(text);
  if (!match) return undefined;
  const { major = '', minor = '0', patch = '0', pre = '' } = match.groups ?? {};
  const numbers = { major: BigInt(major), minor: BigInt(minor), patch: BigInt(patch) };
  if (Object.values(numbers).some((number) => number > largest)) return undefined;
  if (pre.split('.').some((part) => /^0\d+$/.test(part))) return undefined;
  return { ...numbers, prerelease: pre, original: text };
}

/** Negative when `a` comes before `b`, by the rules of semver.org; build metadata does not count. */
export function compareVersions(a: Version, b: Version): number {
  return (
    order(a.major, b.major) ||
    order(a.minor, b.minor) ||
    order(a.patch, b.patch) ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

function order<T extends bigint | string | number>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0;
  // A release comes after its prereleases.
  if (a === '' || b === '') return a === '' ? 1 : -1;
  const [left, right] = [a.split('.'), b.split('.')];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const result = compareIdentifiers(part, other);
    if (result !== 0) return result;
  }
  return order(left.length, right.length);
}

/** Numbers by value and before words, words by their characters. */
function compareIdentifiers(a: string, b: string): number {
  const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aIsNumber && bIsNumber) return order(BigInt(a), BigInt(b));
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return order(a, b);
}
