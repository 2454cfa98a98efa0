import { oneArgument } from '../../command/arguments.ts';
import type { Command } from '../../command/types.ts';
import { uninstallNative } from '../../plugin/native/install.ts';

/** `flux plugin uninstall` */
export const uninstall: Command = {
  name: 'uninstall',
  usage: '<name>',
  aliases: ['delete'],
  short: 'Uninstall a plugin',
  long: 'The plugin uninstall command removes a plugin binary and its receipt from the plugin directory.',
  async run({ args, io, log }) {
    const name = oneArgument(args);
    await uninstallNative(name, io.env);
    log.success(`uninstalled ${name}`);
  },
};
