import { existsSync } from 'node:fs';
import { defaultKubeconfigPaths } from '@flux-host/host/kube/kubeconfig.ts';
import type { Command, Invocation } from '../../command/types.ts';
import { tableText } from '../../output/table.ts';
import { isReserved } from '../../plugin/commands.ts';
import { pluginFolder } from '../../plugin/folder.ts';
import { commandsOf, wasmCommands } from '../../plugin/install/command.ts';
import { clusterRows } from '../../plugin/install/list.ts';
import { discoverNative } from '../../plugin/native/discover.ts';
import { readReceipt } from '../../plugin/native/receipt.ts';
import { root } from '../root.ts';

async function nativeRows({ io }: Invocation): Promise<string[][]> {
  const folder = pluginFolder(io.env);
  const native = await discoverNative(io.env, isReserved(root));
  return Promise.all(
    native.map(async ({ name, file }) => [
      name,
      (await readReceipt(folder, name))?.version ?? 'manual',
      file,
      'native',
    ]),
  );
}

async function commandRows({ io }: Invocation): Promise<string[][]> {
  return (await wasmCommands(io.env)).map(({ file, manifest }) => [
    manifest.name,
    manifest.version,
    file,
    `wasm (flux ${commandsOf(manifest).join(', flux ')})`,
  ]);
}

/** Whether the user has a cluster at all. */
function hasCluster({ flags, io }: Invocation): boolean {
  const named = ['kubeconfig', 'context', 'server'].some((flag) => flags.given(flag));
  return named || Boolean(io.env['KUBECONFIG']) || defaultKubeconfigPaths().some((path) => existsSync(path));
}

/** `flux plugin list` */
export const list: Command = {
  name: 'list',
  aliases: ['ls'],
  short: 'List installed plugins',
  long: `The plugin list command shows all installed plugins with their versions and paths: programs and Wasm commands of this
machine, and the Wasm plugins of the cluster.`,
  flags: { local: { type: 'bool', about: 'leave out the plugins of the cluster' } },
  async run(invocation) {
    const { io, flags } = invocation;
    const rows = [
      ...(await nativeRows(invocation)),
      ...(await commandRows(invocation)),
      ...(!flags.is('local') && hasCluster(invocation) ? await clusterRows(invocation) : []),
    ];
    if (rows.length === 0) io.err('No plugins found\n');
    else io.out(tableText(['Name', 'Version', 'Path', 'Sort'], rows));
  },
};
