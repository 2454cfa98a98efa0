import { parseRange, type Range } from '@flux-host/sdk/semver/range.ts';
import { compareVersions, parseVersion, type Version } from '@flux-host/sdk/semver/version.ts';
import { PluginError } from '@flux-host/sdk/typescript';
import { RE2JS } from 're2js';

export interface VersionChoice {
  readonly range: string;
  /** Regular expression in Go's syntax that a tag has to match. */
  readonly filter?: string;
  /** Tags of charts have `_` where versions have `+`, which tags must not have. */
  readonly isChart: boolean;
}

/** The tag with the highest version in a range. @throws PluginError in Flux's words */
export function highestVersion(tags: readonly string[], { range, filter, isChart }: VersionChoice): string {
  const isWanted = rangeOf(range);
  const passes = filter === undefined ? () => true : filterOf(filter);
  let best: Version | undefined;
  for (const tag of tags) {
    const version = parseVersion(isChart ? tag.replaceAll('_', '+') : tag);
    if (!version || !isWanted(version) || (best && compareVersions(version, best) <= 0)) continue;
    // Last, since it takes the longest by far.
    if (passes(tag)) best = version;
  }
  if (!best) {
    throw new PluginError(`no match found for semver: ${range}`, {
      hint: 'compare the tags in the registry with spec.ref.semver and spec.ref.semverFilter',
    });
  }
  return isChart ? best.original.replaceAll('+', '_') : best.original;
}

function rangeOf(text: string): Range {
  try {
    return parseRange(text);
  } catch (error) {
    throw new PluginError(`semver '${text}' parse error`, { cause: toPluginError(error) });
  }
}

function filterOf(pattern: string): (tag: string) => boolean {
  try {
    const program = RE2JS.compile(pattern);
    return (tag) => program.test(tag);
  } catch (error) {
    throw new PluginError(`semverFilter '${pattern}' is no regular expression`, {
      cause: toPluginError(error),
    });
  }
}

const toPluginError = (error: unknown): PluginError =>
  new PluginError(error instanceof Error ? error.message : String(error));
