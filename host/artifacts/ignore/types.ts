/** One line of an ignore file and the folder that it speaks of. Plain data: it crosses into the worker thread. */
export interface IgnoreRule {
  readonly pattern: string;
  /** Path segments of the folder that holds the ignore file; empty for the root. */
  readonly domain: readonly string[];
}

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
