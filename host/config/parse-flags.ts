import { parseArgs } from 'node:util';
import { parseDuration } from '../duration/duration.ts';
import { invalidFlag } from './errors.ts';
import type { Flag, Flags } from './flag.ts';
import { type FlagName, flags } from './flags.ts';

/** Values of the flags by type; every getter throws a plain Error when asked for a flag of another type. */
export interface FlagValues {
  string(name: FlagName): string;
  int(name: FlagName): number;
  bool(name: FlagName): boolean;
  /** Milliseconds. */
  duration(name: FlagName): number;
  list(name: FlagName): string[];
  /** Flags that were given and change nothing, with the reason. */
  readonly noEffect: readonly string[];
  readonly help: boolean;
}

/**
 * Reads the command line as Go's pflag does: `--flag value`, `--flag=value`, `--bool`, `--bool=false`; repeated lists add up.
 * @throws FluxError FLUX_E_FLAG for unknown or refused flags and for values of the wrong type
 */
export function parseFlags(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): FlagValues {
  const table: Flags = flags;
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { type }]) => [
      name,
      { type: type === 'bool' ? 'boolean' : 'string' } as const,
    ]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const given = new Map<string, string>();
  let help = false;
  for (const token of tokens) {
    if (token.kind === 'positional') throw invalidFlag(token.value, 'is not a flag');
    if (token.kind !== 'option') continue;
    if (token.name === 'help') {
      help = true;
      continue;
    }
    const flag = table[token.name];
    if (!flag) throw invalidFlag(token.name, 'unknown flag');
    const value = token.value ?? (flag.type === 'bool' ? 'true' : undefined);
    if (value === undefined) throw invalidFlag(token.name, 'needs a value');
    if (flag.refused && value !== '') throw invalidFlag(token.name, flag.refused, 'remove the flag');
    checkValue(token.name, flag, value);
    const before = flag.type === 'list' ? given.get(token.name) : undefined;
    given.set(token.name, before ? `${before},${value}` : value);
  }
  const raw = (name: FlagName) => {
    const flag: Flag = flags[name];
    return given.get(name) ?? (flag.env ? env[flag.env] : undefined) ?? flag.default;
  };
  return {
    help,
    noEffect: [...given.keys()].flatMap((name) => {
      const why = table[name]?.noEffect;
      return why ? [`--${name}: ${why}`] : [];
    }),
    string: raw,
    int: (name) => Number(raw(name)),
    bool: (name) => raw(name) === 'true',
    duration: (name) => parseDuration(raw(name)),
    list: (name) => raw(name).split(',').filter(Boolean),
  };
}

function checkValue(name: string, flag: Flag, value: string): void {
  switch (flag.type) {
    case 'int':
      if (!/^\d+$/.test(value)) throw invalidFlag(name, `"${value}" is not a whole number`);
      break;
    case 'bool':
      if (value !== 'true' && value !== 'false')
        throw invalidFlag(name, `"${value}" is neither true nor false`);
      break;
    case 'duration':
      try {
        parseDuration(value);
      } catch (error) {
        throw invalidFlag(name, error instanceof Error ? error.message : String(error));
      }
      break;
    default:
  }
}

/** The text of `--help`. */
export function flagHelp(): string {
  const table: Flags = flags;
  const lines = Object.entries(table)
    .filter(([, flag]) => !flag.refused)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => {
      const value = flag.type === 'bool' ? '' : ` ${flag.type}`;
      const fallback = flag.default ? ` (default ${flag.default})` : '';
      const note = flag.noEffect ? ' (accepted, no effect)' : '';
      return `  --${`${name}${value}`.padEnd(44)} ${flag.about}${fallback}${note}`;
    });
  return `Runs Flux's reconcile loops with Wasm plugins.\n\nUsage:\n  flux-host [flags]\n\nFlags:\n${lines.join('\n')}\n`;
}
