import { matcherOf } from '@flux-host/sdk/ignore/rules.ts';
import { defaultRules, loadRules, readRules, vcsRules } from './rules.ts';
import type { IgnoreFilter, IgnoreOptions, IgnoreRule } from './types.ts';

/** A filter from rules in rising priority: the last one that says anything about a path decides. */
export function filterOf(rules: readonly IgnoreRule[]): IgnoreFilter {
  return Object.assign(matcherOf(rules), { rules });
}

/** Version control files and the given rules; or, without any, version control files and Flux's defaults. */
export function withDefaults(rules: readonly IgnoreRule[]): IgnoreFilter {
  return filterOf([...vcsRules(), ...(rules.length > 0 ? rules : defaultRules())]);
}

/**
 * Flux's filter for a source's tree: `.sourceignore` files at every depth, then `spec.ignore`; Flux's default excludes only when
 * neither says anything (a `spec.ignore` of comments alone says nothing).
 * @throws the file system's error when the folder cannot be read
 */
export async function ignoreFilter(options: {
  dir: string;
  specIgnore?: string | undefined;
}): Promise<IgnoreFilter> {
  return withDefaults([...(await loadRules(options.dir)), ...readRules(options.specIgnore ?? '')]);
}

/** The filter that options describe, for a folder. */
export async function resolveFilter(dir: string, options: IgnoreOptions): Promise<IgnoreFilter> {
  if ('patterns' in options) return withDefaults(readRules(options.patterns.join('\n')));
  return ignoreFilter({ dir, specIgnore: options.spec });
}
