import { oneArgument } from '../../command/arguments.ts';
import { usageError } from '../../command/errors.ts';
import type { Command } from '../../command/types.ts';
import { tableText } from '../../output/table.ts';
import { toYaml } from '../../output/yaml.ts';
import { ociFlags } from '../../plugin/oci/flags.ts';
import { factRows, requestRows } from '../../plugin/wasm/describe.ts';
import { describePlugin } from '../../plugin/wasm/inspect.ts';

/** `flux plugin inspect` */
export const inspect: Command = {
  name: 'inspect',
  usage: '<file.wasm | oci://…>',
  takesFiles: true,
  short: 'Show what a Wasm plugin is and asks for',
  long: `The plugin inspect command shows the manifest of a plugin, what it requests, its functions, size and digest, without
running it. Of a plugin in a registry only the manifest is fetched.`,
  example: `  # Show a module
  flux plugin inspect my-notifier.wasm

  # Show what a plugin in a registry asks for, for a script
  flux plugin inspect oci://registry.example.com/my-notifier:1.0.0 -o json`,
  flags: {
    output: {
      type: 'string',
      short: 'o',
      about: 'the format in which the information should be printed, can be json or yaml',
      choices: ['json', 'yaml'],
    },
    ...ociFlags,
  },
  async run(invocation) {
    const { args, flags, io } = invocation;
    const format = flags.text('output');
    if (!['', 'json', 'yaml'].includes(format))
      throw usageError(`--output must be json or yaml, not ${format}`);
    const description = await describePlugin(oneArgument(args), invocation);
    if (format === 'json') return io.out(`${JSON.stringify(description, null, 2)}\n`);
    if (format === 'yaml') return io.out(toYaml(description));
    io.out(tableText([], factRows(description)));
    const requests = requestRows(description.manifest.requests);
    io.out('\n');
    if (requests.length > 0) io.out(tableText(['Requests', 'What'], requests));
    else io.out('It requests nothing.\n');
  },
};
