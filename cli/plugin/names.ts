import type { Invocation } from '../command/types.ts';
import { root } from '../commands/root.ts';
import { isReserved } from './commands.ts';
import { wasmCommands } from './install/command.ts';
import { clusterRows } from './install/list.ts';
import { discoverNative } from './native/discover.ts';

/** Names of installed plugins, for the shell: of the cluster with `--cluster`, else of this machine. */
export async function installedNames(invocation: Invocation): Promise<string[]> {
  const { io, flags } = invocation;
  if (flags.is('cluster')) return (await clusterRows(invocation)).map(([name = '']) => name);
  const native = await discoverNative(io.env, isReserved(root));
  const wasm = await wasmCommands(io.env);
  return [...native.map(({ name }) => name), ...wasm.map(({ manifest }) => manifest.name)];
}
