import { readdir } from 'node:fs/promises';
import { absent } from '../command/absent.ts';
import type { Command } from '../command/types.ts';
import type { Io } from '../io.ts';
import { pluginFolder } from './folder.ts';
import { completeNative } from './native/complete.ts';
import { discoverNative, type NativePlugin } from './native/discover.ts';

const group = 'Plugin Commands';

/** Whether a name belongs to a command of Flux, also to one that this version lacks: plugins cannot have it. */
export function isReserved(root: Command): (name: string) => boolean {
  const names = new Set([
    'help',
    ...(absent['flux'] ?? []),
    ...(root.commands ?? []).flatMap(({ name, aliases = [] }) => [name, ...aliases]),
  ]);
  return (name) => names.has(name);
}

/** The root with a command for every plugin in the plugin folder. Built-in commands win over plugins, programs over Wasm. */
export async function withPlugins(root: Command, env: Io['env']): Promise<Command> {
  const isTaken = isReserved(root);
  const native = (await discoverNative(env, isTaken)).map(nativeCommand);
  const wasm = (await fromWasm(env)).filter(
    ({ name }, index, all) =>
      !isTaken(name) &&
      !native.some((each) => each.name === name) &&
      all.findIndex((each) => each.name === name) === index,
  );
  if (native.length + wasm.length === 0) return root;
  return { ...root, commands: [...(root.commands ?? []), ...native, ...wasm] };
}

function nativeCommand({ name, file }: NativePlugin): Command {
  return {
    name,
    group,
    short: `Runs the ${name} plugin`,
    long: `This command runs the ${name} plugin.\nUse 'flux ${name} --help' for full plugin help.`,
    external: {
      run: (words, io) => io.exec(file, words),
      complete: (words, io) => completeNative(file, words, io),
    },
  };
}

/** Reading modules takes code that most users never need: it is loaded only when there is one. */
async function fromWasm(env: Io['env']): Promise<Command[]> {
  const files = await readdir(pluginFolder(env)).catch(() => []);
  if (!files.some((file) => file.endsWith('.wasm'))) return [];
  const { wasmCommands } = await import('./install/command.ts');
  const { wasmCommandsOf } = await import('./wasm/command.ts');
  return (await wasmCommands(env)).flatMap((plugin) => wasmCommandsOf(plugin, group));
}
