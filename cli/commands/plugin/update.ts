import { atMostOneArgument } from '../../command/arguments.ts';
import type { Command } from '../../command/types.ts';
import { isReserved } from '../../plugin/commands.ts';
import { notInstalled } from '../../plugin/errors.ts';
import { discoverNative } from '../../plugin/native/discover.ts';
import { updateFromCatalog } from '../../plugin/native/manage.ts';
import { root } from '../root.ts';

/** `flux plugin update` */
export const update: Command = {
  name: 'update',
  usage: '[name]',
  aliases: ['upgrade'],
  short: 'Update installed plugins',
  long: 'The plugin update command updates installed plugins to their latest versions.',
  example: `  # Update a single plugin
  flux plugin update operator

  # Update all installed plugins
  flux plugin update`,
  async run(invocation) {
    const { args, io } = invocation;
    const name = atMostOneArgument(args);
    const native = await discoverNative(io.env, isReserved(root));
    if (native.length === 0) return io.err('No plugins found\n');
    if (name && !native.some((each) => each.name === name)) throw notInstalled(name);
    for (const each of native) {
      if (!name || each.name === name) await updateFromCatalog(each.name, invocation);
    }
  },
};
