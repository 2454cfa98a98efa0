import type { IgnoreRule } from '@flux-host/sdk/ignore/rules.ts';

export type { IgnoreRule };

/**
 * Decides which entries of a tree stay out of the artifact: `true` leaves it out. `path` is relative with `/`.
 * Entries below an ignored folder are asked for too, so that a later `!pattern` can bring one back.
 */
export interface IgnoreFilter {
  (path: string, isDirectory: boolean): boolean;
  /** The rules behind the decision, lowest priority first. */
  readonly rules: readonly IgnoreRule[];
}

/** How to find the rules. */
export type IgnoreOptions =
  /** Flux's rules for a source: the tree's `.sourceignore` files, then `spec.ignore`; Flux's defaults when both are empty. */
  | { readonly sourceIgnore: true; readonly spec?: string | undefined }
  /** Only these lines, at the root, after the version control files. Flux's defaults when there are none. */
  | { readonly patterns: readonly string[] };
