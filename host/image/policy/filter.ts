import { errorText } from '../../errors/text.ts';
import { compileGoRegexp } from '../../regexp/go-regexp.ts';
import { invalidPolicy } from '../errors.ts';

/** Tags to choose among: what is compared, by the tag that it stands for. */
export interface Candidates {
  readonly values: readonly string[];
  /** The tag of a value; of equal values that of the last tag. */
  tagOf(value: string): string;
}

/** `spec.filterTags`: with `pattern` only tags that match, with `extract` the part of each that counts. */
export interface TagFilter {
  readonly pattern?: string;
  readonly extract?: string;
}

/**
 * The candidates among the tags of an image.
 * @throws FluxError FLUX_E_IMAGE_POLICY for a pattern that is none
 */
export function candidatesOf(tags: readonly string[], filter: TagFilter = {}): Candidates {
  const { pattern, extract } = filter;
  if (!pattern) return { values: tags, tagOf: (value) => value };
  const regexp = compile(pattern);
  const byValue = new Map<string, string>();
  for (const tag of tags) {
    const value = extract ? regexp.expand(tag, extract) : regexp.test(tag) ? tag : undefined;
    if (value !== undefined) byValue.set(value, tag);
  }
  return { values: [...byValue.keys()], tagOf: (value) => byValue.get(value) ?? value };
}

function compile(pattern: string) {
  try {
    return compileGoRegexp(pattern);
  } catch (error) {
    throw invalidPolicy(
      `failed to filter tags: invalid regular expression pattern '${pattern}': ${errorText(error)}`,
    );
  }
}
