import { errorText } from '../../errors/text.ts';
import { parseRange } from '../../semver/range.ts';
import { compareVersions, parseVersion, type Version } from '../../semver/version.ts';
import { invalidRange, noChartName, noChartVersion, noMatch, noTag } from '../errors.ts';
import type { PackedIndex } from './packed.ts';
import type { IndexedVersion } from './types.ts';

/**
 * The version of a chart that a range means: the one that is written like it, else the newest in it. An empty range or `*` is the newest release. Flux's rules.
 * @throws FluxError FLUX_E_CHART_NOT_FOUND, FLUX_E_CHART_VERSION
 */
export function selectVersion(index: PackedIndex, name: string, range: string): IndexedVersion {
  const versions = index.versionsOf(name);
  if (!versions) throw noChartName(name, similar(name, index.names()));
  if (versions.length === 0) throw noChartVersion(name);
  const exact = range === '' ? undefined : versions.find(({ version }) => version === range);
  if (exact) return exact;
  const inRange = rangeOf(range);
  const known = versions.flatMap((entry) => {
    const version = parseVersion(entry.version);
    return version ? [{ entry, version }] : [];
  });
  const newest = newestOf(known.filter(({ version }) => inRange(version)));
  if (!newest) throw noMatch(name, range, newestNames(known.map(({ version }) => version)));
  return newest.entry;
}

/**
 * The tag of a chart in a registry that a range means, as {@link selectVersion}.
 * @throws FluxError FLUX_E_CHART_VERSION
 */
export function selectTag(name: string, tags: readonly string[], range: string): string {
  if (range !== '' && tags.includes(range)) return range;
  const inRange = rangeOf(range);
  const known = tags.flatMap((tag) => parseVersion(tag) ?? []);
  const [newest] = known.filter(inRange).sort(descending);
  // Nothing tells when a registry has more, so this is tried again.
  if (!newest) throw noTag(noMatch(name, range, newestNames(known)));
  return newest.original;
}

/** @throws FluxError FLUX_E_CHART_VERSION for a range that cannot be read */
function rangeOf(range: string) {
  try {
    return parseRange(range === '' ? '*' : range);
  } catch (error) {
    throw invalidRange(range, errorText(error));
  }
}

interface Known {
  readonly entry: IndexedVersion;
  readonly version: Version;
}

/** Build metadata says nothing about the order, so of equal versions the one that was made last counts. */
function newestOf(known: readonly Known[]): Known | undefined {
  return known.reduce<Known | undefined>((best, one) => {
    if (!best) return one;
    const order = compareVersions(one.version, best.version);
    return order > 0 || (order === 0 && timeOf(one) > timeOf(best)) ? one : best;
  }, undefined);
}

function timeOf({ entry: { created } }: Known): number {
  const time = Date.parse(created);
  return Number.isNaN(time) ? 0 : time;
}

const shown = 3;

function newestNames(versions: Version[]): string[] {
  return versions
    .sort(descending)
    .slice(0, shown)
    .map(({ original }) => original);
}

const descending = (a: Version, b: Version) => compareVersions(b, a);

/** Names that may have been meant. */
function similar(name: string, names: Iterable<string>): string[] {
  const found: string[] = [];
  for (const other of names) {
    if (other.toLowerCase() === name.toLowerCase() || other.includes(name) || name.includes(other))
      found.push(other);
    if (found.length === shown) break;
  }
  return found;
}
