import { RE2JS } from 're2js';

/**
 * A regular expression of Go's syntax (RE2). The engine takes linear time: unlike with JavaScript's own, no pattern of a user can bring the host to a
 * stop.
 */
export interface GoRegexp {
  readonly source: string;
  /** How many instructions it was compiled to; a match takes at worst so many steps for each character. */
  readonly size: number;
  /** Names of the groups that have one. */
  readonly names: readonly string[];
  test(text: string): boolean;
  /** What Go's `Expand` makes of the first match: `$1`, `$name`, `${name}` and `$$`; undefined when nothing matches. */
  expand(text: string, template: string): string | undefined;
}

const defaultLongest = 1024;

/**
 * @param longest most characters of a pattern
 * @throws RangeError that says what is wrong with the pattern
 */
export function compileGoRegexp(source: string, longest = defaultLongest): GoRegexp {
  if (source.length > longest) throw new RangeError(`a regular expression has at most ${longest} characters`);
  const program = compile(source);
  return {
    source,
    size: program.programSize(),
    names: Object.keys(program.namedGroups()),
    test: (text) => program.test(text),
    expand(text, template) {
      const matcher = program.matcher(text);
      if (!matcher.find()) return undefined;
      const names = program.namedGroups();
      const group = (name: string): string => {
        if (/^\d+$/.test(name))
          return Number(name) <= matcher.groupCount() ? (matcher.group(Number(name)) ?? '') : '';
        return Object.hasOwn(names, name) ? (matcher.group(name) ?? '') : '';
      };
      return template.replaceAll(reference, (whole, braced?: string, plain?: string) =>
        whole === '$$' ? '$' : group(braced ?? plain ?? ''),
      );
    },
  };
}

/** As in Go, a name without braces is as long as it can be: `$1x` is the group named `1x`. */
const reference = /\$\$|\$\{(\w+)\}|\$(\w+)/g;

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    throw new RangeError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
