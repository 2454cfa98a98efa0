import { absent } from './absent.ts';
import { absentCommand, unknownCommand } from './errors.ts';
import { byLetter } from './parse.ts';
import { similarNames } from './suggest.ts';
import type { Command, CommandEntry, Flags } from './types.ts';

/** A command together with those above it. */
export interface Found {
  readonly command: Command;
  /** From the root to the command itself. */
  readonly path: readonly Command[];
  /** What is left of the command line when the names of the path are taken out. */
  readonly rest: readonly string[];
}

/**
 * Follows the command line down the tree, stepping over flags wherever they stand.
 * @throws FluxError when a group is given a name that it does not have
 */
export async function find(
  root: Command,
  tokens: readonly string[],
  options: { /** Accept a name that is not finished. */ readonly lenient?: boolean } = {},
): Promise<Found> {
  const path = [root];
  let command = root;
  let rest = tokens;
  for (;;) {
    const at = firstArgument(rest, reachable(path));
    const name = rest[at] ?? '';
    const entry = command.commands?.find((each) => each.name === name || each.aliases?.includes(name));
    if (!entry) {
      if (command.commands && name && !options.lenient) throw notACommand({ command, path, rest }, name);
      return { command, path, rest };
    }
    command = await load(entry);
    path.push(command);
    rest = rest.toSpliced(at, 1);
  }
}

/** The command behind an entry. */
export async function load(entry: CommandEntry): Promise<Command> {
  return 'load' in entry ? entry.load() : entry;
}

/** Every flag that the last command of a path accepts. */
export function reachable(path: readonly Command[]): Flags {
  const shared = path.map(({ sharedFlags }) => sharedFlags);
  return Object.assign({}, ...shared, path.at(-1)?.flags);
}

/** `flux get sources git`. */
export function pathText(path: readonly Command[]): string {
  return path.map(({ name }) => name).join(' ');
}

/** The error for arguments of a group, where only names of commands make sense. */
export function notACommand({ command, path }: Found, name: string): Error {
  const parent = pathText(path);
  if (absent[parent]?.includes(name)) return absentCommand(`${parent} ${name}`);
  const names = command.commands?.filter(({ hidden }) => !hidden).map((each) => each.name) ?? [];
  return unknownCommand(name, parent, similarNames(name, names));
}

/** Index of the first token that is no flag and no value of one; the length when there is none. */
function firstArgument(tokens: readonly string[], flags: Flags): number {
  const letters = byLetter(flags);
  const isSwitch = (name: string | undefined) =>
    name === 'help' || (name !== undefined && flags[name]?.type === 'bool');
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? '';
    if (token === '--') return tokens.length;
    if (token.startsWith('--')) {
      if (!token.includes('=') && !isSwitch(token.slice(2))) at += 1;
    } else if (token.startsWith('-') && token.length > 1) {
      if (token.length === 2 && token !== '-h' && !isSwitch(letters.get(token.slice(1)))) at += 1;
    } else {
      return at;
    }
  }
  return tokens.length;
}
