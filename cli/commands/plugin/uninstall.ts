import { oneArgument } from '../../command/arguments.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { notInstalled } from '../../plugin/errors.ts';
import { isCommandInstalled, uninstallCommand } from '../../plugin/install/command.ts';
import { installedNames } from '../../plugin/names.ts';
import { isNativeInstalled, uninstallNative } from '../../plugin/native/install.ts';

async function uninstallFromCluster(name: string, invocation: Invocation): Promise<void> {
  const { removePlugin } = await import('../../plugin/install/remove.ts');
  await removePlugin(name, invocation);
}

/** `flux plugin uninstall` */
export const uninstall: Command = {
  name: 'uninstall',
  usage: '<name>',
  aliases: ['delete'],
  short: 'Uninstall a plugin',
  long: `The plugin uninstall command removes a plugin binary and its receipt from the plugin directory.

With --cluster it deletes the Plugin object of a Wasm plugin instead.`,
  flags: { cluster: { type: 'bool', about: 'uninstall the Wasm plugin from the cluster' } },
  async run(invocation) {
    const { args, io, log, flags } = invocation;
    const name = oneArgument(args);
    if (flags.is('cluster')) await uninstallFromCluster(name, invocation);
    else if (await isNativeInstalled(name, io.env)) await uninstallNative(name, io.env);
    else if (isCommandInstalled(name, io.env)) await uninstallCommand(name, io.env);
    else throw notInstalled(name, 'a Wasm plugin of the cluster is uninstalled with --cluster');
    log.success(`uninstalled ${name}`);
  },
  complete: installedNames,
};
