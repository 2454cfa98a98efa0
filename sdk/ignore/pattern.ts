import { compileGlob, type Glob } from './glob.ts';
import type { IgnoreRule } from './rules.ts';

export type Verdict = 'NoMatch' | 'Exclude' | 'Include';

type Segment =
  | { readonly kind: 'empty' }
  | { readonly kind: 'double' }
  | { readonly kind: 'never' }
  | { readonly kind: 'glob'; readonly glob: Glob };

/** A parsed line of an ignore file. */
export interface Pattern {
  readonly source: string;
  readonly domain: readonly string[];
  /** Path segments of the line, without `!` and a final `/`. */
  readonly segments: readonly string[];
  /** The line starts with `!`: what it matches is kept. */
  readonly inclusion: boolean;
  /** The line ends with `/`: it matches folders (and what is in them) only. */
  readonly dirOnly: boolean;
  /** The line has a `/` inside: it is anchored to its domain. */
  readonly anchored: boolean;
  match(path: readonly string[], isDirectory: boolean): Verdict;
}

/**
 * Parses a line the way Flux's matcher (a descendant of go-git's) does. Known differences from git are kept on purpose:
 * `**` counts only as a whole segment, `[!a]` is not a negation, a pattern that matches a folder matches all below it.
 */
export function parsePattern({ pattern, domain }: IgnoreRule): Pattern {
  const inclusion = pattern.startsWith('!');
  let text = inclusion ? pattern.slice(1) : pattern;
  if (!text.endsWith('\\ ')) text = text.replace(/ +$/, '');
  const dirOnly = text.endsWith('/');
  if (dirOnly) text = text.slice(0, -1);
  const anchored = text.includes('/');
  const segments = text.split('/');
  const compiled = segments.map((segment): Segment => compileSegment(segment, anchored));
  const hits = anchored ? matchAnchored : matchName;
  return {
    source: pattern,
    domain,
    segments,
    inclusion,
    dirOnly,
    anchored,
    match(path, isDirectory) {
      if (path.length <= domain.length || domain.some((part, i) => part !== path[i])) return 'NoMatch';
      const below = domain.length === 0 ? path : path.slice(domain.length);
      if (!hits(compiled, below, dirOnly && !isDirectory)) return 'NoMatch';
      return inclusion ? 'Include' : 'Exclude';
    },
  };
}

function compileSegment(segment: string, anchored: boolean): Segment {
  if (anchored && segment === '') return { kind: 'empty' };
  if (anchored && segment === '**') return { kind: 'double' };
  if (anchored && segment.includes('**')) return { kind: 'never' };
  return { kind: 'glob', glob: compileGlob(segment) };
}

/** `fileExcluded`: the entry is a file and the pattern speaks of folders, so a match of the whole path does not count. */
function matchName(segments: readonly Segment[], path: readonly string[], fileExcluded: boolean): boolean {
  const [segment] = segments;
  if (segment?.kind !== 'glob') return false;
  const hit = path.findIndex((name) => segment.glob(name));
  return hit >= 0 && !(fileExcluded && hit === path.length - 1);
}

function matchAnchored(
  segments: readonly Segment[],
  path: readonly string[],
  fileExcluded: boolean,
): boolean {
  let matched = false;
  let skipping = false;
  let at = 0;
  for (const [i, segment] of segments.entries()) {
    if (segment.kind === 'empty') skipping = false;
    else if (segment.kind === 'double') {
      if (i < segments.length - 1) skipping = true;
    } else if (segment.kind === 'never' || at >= path.length) return false;
    else if (skipping) {
      skipping = false;
      const hit = path.findIndex((name, j) => j >= at && segment.glob(name));
      matched = hit >= 0;
      at = matched ? hit + 1 : path.length;
    } else {
      if (!segment.glob(path[at]!)) return false;
      matched = true;
      at++;
    }
  }
  return matched && !(fileExcluded && at >= path.length);
}
