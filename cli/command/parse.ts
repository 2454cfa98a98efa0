import { usageError } from './errors.ts';
import { asBool, asItems, asMilliseconds, faultIn } from './flag-value.ts';
import type { Flag, Flags, FlagValues } from './types.ts';

/** A command line after its command was found. */
export interface Parsed {
  readonly args: readonly string[];
  readonly flags: FlagValues;
  /** Deprecated flags that were given, with what to say about them. */
  readonly warnings: readonly string[];
}

/** Flags by their letter. */
export function byLetter(flags: Flags): ReadonlyMap<string, string> {
  return new Map(Object.entries(flags).flatMap(([name, { short }]) => (short ? [[short, name]] : [])));
}

/**
 * Reads flags and arguments as pflag does: flags anywhere, `--flag v`, `--flag=v`, `-f v`, `-fv`, `-f=v`, letters of
 * switches together, everything after `--` an argument. Repeated lists add up, of other flags the last value counts.
 * @throws FluxError FLUX_E_CLI_USAGE in pflag's words
 */
export function parse(tokens: readonly string[], flags: Flags): Parsed {
  const given = new Map<string, string[]>();
  const args: string[] = [];
  const letters = byLetter(flags);
  const rest = [...tokens];

  function set(name: string, flag: Flag, value: string, shown: string): void {
    const fault = flag.refused ?? faultIn(flag, value);
    if (fault)
      throw usageError(
        `invalid argument ${JSON.stringify(value)} for ${JSON.stringify(shown)} flag: ${fault}`,
      );
    given.set(name, [...(given.get(name) ?? []), value]);
  }

  function long(token: string): void {
    const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(token) ?? [];
    const flag = lookup(flags, name);
    if (!flag) throw usageError(`unknown flag: --${name}`);
    const taken = value ?? (flag.type === 'bool' ? 'true' : rest.shift());
    if (taken === undefined) throw usageError(`flag needs an argument: --${name}`);
    set(name, flag, taken, flag.short ? `-${flag.short}, --${name}` : `--${name}`);
  }

  function short(token: string): void {
    for (let at = 1; at < token.length; at += 1) {
      const letter = token[at] ?? '';
      const name = letters.get(letter) ?? '';
      const flag = lookup(flags, name);
      if (!flag) throw usageError(`unknown shorthand flag: '${letter}' in ${token}`);
      const shown = `-${letter}, --${name}`;
      const following = token.slice(at + 1);
      if (following.startsWith('=')) {
        set(name, flag, following.slice(1), shown);
        return;
      }
      if (flag.type !== 'bool') {
        const taken = following || rest.shift();
        if (taken === undefined) throw usageError(`flag needs an argument: '${letter}' in ${token}`);
        set(name, flag, taken, shown);
        return;
      }
      set(name, flag, 'true', shown);
    }
  }

  for (let token = rest.shift(); token !== undefined; token = rest.shift()) {
    if (token === '--') args.push(...rest.splice(0));
    else if (token.startsWith('--')) long(token);
    else if (token.startsWith('-') && token !== '-') short(token);
    else args.push(token);
  }
  return { args, flags: valuesOf(flags, given), warnings: warningsFor(flags, given) };
}

function lookup(flags: Flags, name: string): Flag | undefined {
  return Object.hasOwn(flags, name) ? flags[name] : undefined;
}

function warningsFor(flags: Flags, given: ReadonlyMap<string, unknown>): string[] {
  return [...given.keys()].flatMap((name) => {
    const why = flags[name]?.deprecated;
    return why ? [`Flag --${name} has been deprecated, ${why}`] : [];
  });
}

function valuesOf(flags: Flags, given: ReadonlyMap<string, readonly string[]>): FlagValues {
  const raw = (name: string): readonly string[] => {
    const flag = lookup(flags, name);
    if (!flag) throw new Error(`the command has no flag --${name}`);
    return given.get(name) ?? (flag.default === undefined ? [] : [flag.default]);
  };
  const last = (name: string): string => raw(name).at(-1) ?? '';
  return {
    text: last,
    is: (name) => asBool(last(name)) ?? false,
    number: (name) => Number(last(name) || '0'),
    milliseconds: (name) => asMilliseconds(last(name)) ?? 0,
    list: (name) => raw(name).flatMap(asItems),
    has: (name) => lookup(flags, name) !== undefined,
    given: (name) => given.has(name),
  };
}
