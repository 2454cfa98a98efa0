import { atMostOneArgument } from '../../command/arguments.ts';
import type { Command } from '../../command/types.ts';
import { isReserved } from '../../plugin/commands.ts';
import { notInstalled } from '../../plugin/errors.ts';
import { wasmCommands } from '../../plugin/install/command.ts';
import { consentFlags } from '../../plugin/install/terms.ts';
import { installedNames } from '../../plugin/names.ts';
import { discoverNative } from '../../plugin/native/discover.ts';
import { updateFromCatalog } from '../../plugin/native/manage.ts';
import { ociFlags } from '../../plugin/oci/flags.ts';
import { root } from '../root.ts';

/** `flux plugin update` */
export const update: Command = {
  name: 'update',
  usage: '[name]',
  aliases: ['upgrade'],
  short: 'Update installed plugins',
  long: `The plugin update command updates installed plugins to their latest versions.

With --cluster it updates a Wasm plugin of the cluster. You are asked when a new version requests more than was granted.`,
  example: `  # Update a single plugin
  flux plugin update operator

  # Update all installed plugins
  flux plugin update

  # Update a Wasm plugin of the cluster
  flux plugin update my-notifier --cluster`,
  flags: {
    cluster: { type: 'bool', about: 'update the Wasm plugin in the cluster' },
    ...consentFlags,
    ...ociFlags,
  },
  async run(invocation) {
    const { args, io, flags } = invocation;
    const name = atMostOneArgument(args);
    const wasm = () => import('../../plugin/install/update.ts');
    if (flags.is('cluster')) {
      if (!name) throw notInstalled('', 'name the Wasm plugin to update');
      return (await wasm()).updateInCluster(name, invocation);
    }
    const isTaken = isReserved(root);
    const isWanted = (each: string) => !name || each === name;
    const native = await discoverNative(io.env, isTaken);
    const commands = await wasmCommands(io.env);
    if (native.length + commands.length === 0) return io.err('No plugins found\n');
    const chosen = native.filter((each) => isWanted(each.name));
    const chosenWasm = commands.filter(({ manifest }) => isWanted(manifest.name));
    if (name && chosen.length + chosenWasm.length === 0) {
      throw notInstalled(name, 'a Wasm plugin of the cluster is updated with --cluster');
    }
    for (const each of chosen) await updateFromCatalog(each.name, invocation);
    for (const each of chosenWasm) await (await wasm()).updateCommand(each, isTaken, invocation);
  },
  complete: installedNames,
};
