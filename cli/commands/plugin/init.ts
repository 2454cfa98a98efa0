import { relative } from 'node:path';
import { oneArgument } from '../../command/arguments.ts';
import { usageError } from '../../command/errors.ts';
import type { Command } from '../../command/types.ts';
import { createProject } from '../../plugin/project/create.ts';
import type { ProjectKind } from '../../plugin/project/kinds.ts';

const kinds: readonly ProjectKind[] = [
  'notifier',
  'source',
  'builder',
  'policy',
  'receiver',
  'decryptor',
  'command',
];
const languages = ['ts', 'go'] as const;

function oneOf(value: string, values: readonly string[]): string | undefined {
  return values.includes(value) ? undefined : `must be one of: ${values.join(', ')}`;
}

/** `flux plugin init` */
export const init: Command = {
  name: 'init',
  usage: '<name>',
  short: 'Start a Wasm plugin',
  long: `The plugin init command writes the project of a Wasm plugin: its source, a test, and what belongs around them.
In an empty folder it is written there, else into a new folder of the plugin's name. Nothing is downloaded.`,
  example: `  # A plugin that sends events to a service
  flux plugin init my-notifier --kind notifier

  # A plugin in Go that builds manifests
  flux plugin init my-builder --kind builder --lang go`,
  flags: {
    kind: {
      type: 'string',
      typeName: kinds.join('|'),
      about: 'what the plugin does',
      choices: kinds,
      check: (value) => oneOf(value, kinds),
    },
    lang: {
      type: 'string',
      default: 'ts',
      typeName: languages.join('|'),
      about: 'language to write it in',
      choices: languages,
      check: (value) => oneOf(value, languages),
    },
  },
  async run({ args, flags, log, io }) {
    const name = oneArgument(args);
    const kind = kinds.find((each) => each === flags.text('kind'));
    if (!kind) throw usageError(`--kind is required, one of: ${kinds.join(', ')}`);
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
      throw usageError(`name '${name}' is invalid: it takes lower-case letters, digits and '-'`);
    }
    const language = languages.find((each) => each === flags.text('lang')) ?? 'ts';
    const dir = await createProject({ name, kind, language }, io.cwd);
    const below = relative(io.cwd, dir);
    log.success(`${kind} plugin ${name} written to ${below || 'this folder'}`);
    io.err(`  next: ${below ? `cd ${below} && ` : ''}npm test\n`);
  },
};
