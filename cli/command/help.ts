import { pathText, reachable } from './find.ts';
import { flagUsages } from './flag-usage.ts';
import type { Command, CommandEntry, Flags } from './types.ts';

/** cobra pads names to this width at least. */
const minPadding = 11;

/** The text of `--help`, laid out as cobra does. */
export function helpText(path: readonly Command[]): string {
  const [command] = path.slice(-1);
  if (!command) return '';
  const title = (command.long || command.short).trimEnd();
  const own = { ...command.sharedFlags, ...command.flags };
  const inherited = without(reachable(path.slice(0, -1).map(sharedOnly)), own);
  const name = pathText(path);
  const visible = (command.commands ?? []).filter(({ hidden }) => !hidden);
  const sections = [
    `Usage:${usageLines(path, visible.length > 0)}`,
    section('Aliases', command.aliases?.length ? `  ${[command.name, ...command.aliases].join(', ')}` : ''),
    section('Examples', command.example ?? ''),
    ...commandSections(visible),
    section('Flags', flagUsages({ ...own, ...helpFlag(command.name) })),
    section('Global Flags', flagUsages(inherited)),
    visible.length > 0 ? `Use "${name} [command] --help" for more information about a command.` : '',
  ];
  return `${title}\n\n${sections.filter(Boolean).join('\n\n')}\n`;
}

/** The flag that every command has. */
export function helpFlag(name: string): Flags {
  return { help: { type: 'bool', short: 'h', about: `help for ${name}` } };
}

function sharedOnly({ name, short, sharedFlags = {} }: Command): Command {
  return { name, short, sharedFlags };
}

function without(flags: Flags, hidden: Flags): Flags {
  return Object.fromEntries(Object.entries(flags).filter(([name]) => !Object.hasOwn(hidden, name)));
}

function usageLines(path: readonly Command[], isGroup: boolean): string {
  const command = path.at(-1);
  const name = pathText(path);
  const own =
    command?.run || command?.external
      ? `\n  ${[name, command.usage, '[flags]'].filter(Boolean).join(' ')}`
      : '';
  return isGroup ? `${own}\n  ${name} [command]` : own;
}

/** One list, or one for each group and then the rest. */
function commandSections(commands: readonly CommandEntry[]): string[] {
  const width = Math.max(minPadding, ...commands.map(({ name }) => name.length));
  const groups = [...new Set(commands.flatMap(({ group }) => group ?? []))];
  const list = (wanted: string | undefined) =>
    commandList(
      commands.filter(({ group }) => group === wanted),
      width,
    );
  return [
    ...groups.map((group) => section(group, list(group))),
    section(groups.length > 0 ? 'Additional Commands' : 'Available Commands', list(undefined)),
  ];
}

function commandList(commands: readonly CommandEntry[], width: number): string {
  const sorted = commands.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.map(({ name, short }) => `  ${name.padEnd(width)} ${short}`).join('\n');
}

function section(title: string, body: string): string {
  return body ? `${title}:\n${body.replace(/\s+$/, '')}` : '';
}
