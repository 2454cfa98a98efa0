import { compareVersions, parseVersion, type Version } from './version.ts';

/** Tells whether a version is in a range. */
export type Range = (version: Version) => boolean;

const part = '(?:0|[1-9]\\d{0,14}|[xX*])';
const suffix = '(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?';
const bound = `v?(${part})(?:\\.(${part}))?(?:\\.(${part}))?${suffix}`;
const comparator = new RegExp(`^(=|==|!=|>|<|>=|=>|<=|=<|~|~>|\\^)?\\s*${bound}$`);
const piece = new RegExp(
  `(?:=|==|!=|>|<|>=|=>|<=|=<|~|~>|\\^)?\\s*v?${part}(?:\\.${part}){0,2}(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?`,
  'y',
);
const hyphen = /(\S+)\s+-\s+(\S+)/g;
const longest = 512;

/** A bound with numbers that may be left open. */
interface Bound {
  readonly version: Version;
  /** Some number is left open. */
  readonly open: boolean;
  readonly minorOpen: boolean;
  readonly patchOpen: boolean;
}

/**
 * Reads a range as Masterminds/semver, which Flux uses: `>=1.2 <2 || ^3.1`, `1.x`, `1.2 - 1.4`, commas or spaces for "and". Prereleases are in a
 * range only where one of its bounds is a prerelease.
 * @throws RangeError that says what cannot be read
 */
export function parseRange(text: string): Range {
  if (text.length > longest) throw new RangeError(`a range has at most ${longest} characters`);
  const groups = text.split('||').map((group) => parseGroup(group, text));
  return (version) => groups.some((accepts) => accepts(version));
}

function parseGroup(group: string, whole: string): Range {
  const plain = group.replace(hyphen, '>=$1 <=$2').trim();
  const tests: { accepts: Range; prerelease: boolean }[] = [];
  let at = 0;
  while (at < plain.length) {
    piece.lastIndex = at;
    const found = piece.exec(plain)?.[0];
    if (!found) throw new RangeError(`improper constraint: ${whole}`);
    tests.push(parseComparator(found, whole));
    at += found.length;
    const gap = /^(\s*,\s*|\s+|$)/.exec(plain.slice(at));
    if (!gap) throw new RangeError(`improper constraint: ${whole}`);
    at += gap[0].length;
  }
  if (tests.length === 0) throw new RangeError(`improper constraint: ${whole}`);
  const prereleases = tests.some(({ prerelease }) => prerelease);
  return (version) =>
    (version.prerelease.length === 0 || prereleases) && tests.every(({ accepts }) => accepts(version));
}

function parseComparator(text: string, whole: string): { accepts: Range; prerelease: boolean } {
  const [, operator = '', major = '', minor = 'x', patch = 'x', prerelease] = comparator.exec(text) ?? [];
  const version = parseVersion(
    `${[major, minor, patch].map((number, index, all) => (all.slice(0, index + 1).some(isOpen) ? 0 : number)).join('.')}${prerelease ? `-${prerelease}` : ''}`,
  );
  if (!version) throw new RangeError(`improper constraint: ${whole}`);
  const open = [major, minor, patch].some(isOpen);
  const limit: Bound = {
    version,
    open,
    minorOpen: !isOpen(major) && isOpen(minor),
    patchOpen: !isOpen(major) && !isOpen(minor) && isOpen(patch),
  };
  return { accepts: test(operator, limit), prerelease: prerelease !== undefined };
}

const isOpen = (number: string) => /^[xX*]$/.test(number);

function test(operator: string, limit: Bound): Range {
  const { version } = limit;
  switch (operator) {
    case '!=':
      return (v) => !equal(v, limit);
    case '>':
      return (v) => greater(v, limit);
    case '<':
      return (v) => compareVersions(v, version) < 0;
    case '>=':
    case '=>':
      return (v) => compareVersions(v, version) >= 0;
    case '<=':
    case '=<':
      return (v) => atMost(v, limit);
    case '~':
    case '~>':
      return (v) => tilde(v, limit);
    case '^':
      return (v) => caret(v, limit);
    default:
      return (v) => (limit.open ? tilde(v, limit) : compareVersions(v, version) === 0);
  }
}

/** Open numbers are not compared. */
function equal(v: Version, { version, open, minorOpen, patchOpen }: Bound): boolean {
  if (!open) return compareVersions(v, version) === 0;
  if (!minorOpen && !patchOpen) return true;
  return v.major === version.major && (minorOpen || v.minor === version.minor);
}

function greater(v: Version, { version, open, minorOpen, patchOpen }: Bound): boolean {
  if (!open) return compareVersions(v, version) > 0;
  if (v.major !== version.major) return v.major > version.major;
  if (minorOpen) return false;
  if (patchOpen) return v.minor > version.minor;
  return compareVersions(v, version) > 0;
}

function atMost(v: Version, { version, open, minorOpen }: Bound): boolean {
  if (!open) return compareVersions(v, version) <= 0;
  if (v.major !== version.major) return v.major < version.major;
  return minorOpen || v.minor <= version.minor;
}

function tilde(v: Version, { version, minorOpen, patchOpen }: Bound): boolean {
  if (compareVersions(v, version) < 0) return false;
  const isZero = version.major === 0 && version.minor === 0 && version.patch === 0;
  // `*`, and by Masterminds' rule also ~0.0.0.
  if (isZero && !minorOpen && !patchOpen) return true;
  return v.major === version.major && (minorOpen || v.minor === version.minor);
}

function caret(v: Version, { version, minorOpen, patchOpen }: Bound): boolean {
  if (compareVersions(v, version) < 0) return false;
  if (version.major > 0 || minorOpen) return v.major === version.major;
  if (v.major > 0) return false;
  if (version.minor > 0 || patchOpen) return v.minor === version.minor;
  return v.minor === 0 && v.patch === version.patch;
}
