import { compileGoRegexp } from '../../regexp/go-regexp.ts';
import { SopsFault } from './fault.ts';

/** Which values of a document are encrypted; at most one is set. */
export interface Rule {
  readonly name:
    | 'unencrypted_suffix'
    | 'encrypted_suffix'
    | 'unencrypted_regex'
    | 'encrypted_regex'
    | 'unencrypted_comment_regex'
    | 'encrypted_comment_regex';
  readonly value: string;
}

/** Where a value or comment stands. */
export interface Place {
  /** Keys on the way to it; lists add nothing. */
  readonly path: readonly string[];
  /** For every level, the comments right before it. */
  readonly comments: readonly (readonly string[])[];
  readonly isComment: boolean;
}

/** As SOPS has it when the metadata names no rule. */
export const defaultRule: Rule = { name: 'unencrypted_suffix', value: '_unencrypted' };

/**
 * @returns whether what stands at a place is encrypted
 * @throws SopsFault when the rule is a regular expression that is none
 */
export function ruleTest({ name, value }: Rule): (place: Place) => boolean {
  switch (name) {
    case 'unencrypted_suffix':
      return ({ path }) => !path.some((key) => key.endsWith(value));
    case 'encrypted_suffix':
      return ({ path }) => path.some((key) => key.endsWith(value));
    case 'unencrypted_regex': {
      const matches = remembered(name, value);
      return ({ path }) => !path.some(matches);
    }
    case 'encrypted_regex': {
      const matches = remembered(name, value);
      return ({ path }) => path.some(matches);
    }
    case 'unencrypted_comment_regex': {
      const matches = remembered(name, value);
      return ({ comments }) => !comments.flat().some(matches);
    }
    case 'encrypted_comment_regex': {
      const matches = remembered(name, value);
      return ({ comments, isComment }) => {
        const all = comments.flat();
        // The comment that turns encryption on is not encrypted itself.
        return (isComment ? all.slice(0, -1) : all).some(matches);
      };
    }
  }
}

const mostRemembered = 10_000;

/** Documents repeat the same few keys over and over. */
function remembered(name: string, pattern: string): (text: string) => boolean {
  let regexp: ReturnType<typeof compileGoRegexp>;
  try {
    regexp = compileGoRegexp(pattern, 16 * 1024);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SopsFault('metadata', `${name} is not a regular expression: ${why}`);
  }
  const known = new Map<string, boolean>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const result = regexp.test(text);
    if (known.size < mostRemembered) known.set(text, result);
    return result;
  };
}
