import { absent } from '@flux-host/cli/command/absent.ts';
import type { Command, CommandEntry } from '@flux-host/cli/command/types.ts';
import { root } from '@flux-host/cli/commands/root.ts';
import { code, table } from './markdown.ts';

async function load(entry: CommandEntry): Promise<Command> {
  return 'load' in entry ? await entry.load() : entry;
}

/** The commands below a command that can be run, with their groups: `sources git`. */
async function leaves(command: Command): Promise<string[]> {
  const entries = await Promise.all((command.commands ?? []).map(load));
  const below = await Promise.all(
    entries.map(async (entry) => {
      const names = (await leaves(entry)).map((name) => `${entry.name} ${name}`);
      return entry.run ? [entry.name, ...names] : names;
    }),
  );
  return below.flat();
}

export async function commandTable(): Promise<string> {
  const commands = await Promise.all((root.commands ?? []).map(load));
  const rows = await Promise.all(
    commands.map(async (command) => [
      code(`flux ${command.name}`),
      command.short.replace(/\.$/, ''),
      (await leaves(command)).map(code).join(', '),
    ]),
  );
  return table(['Command', 'Does', 'For'], rows);
}

export async function absentTable(): Promise<string> {
  return table(
    ['Below', 'Missing'],
    Object.entries(absent).map(([path, names]) => [code(path), names.map(code).join(', ')]),
  );
}
