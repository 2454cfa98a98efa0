import type { Command } from '../../command/types.ts';
import { commandsOf, type WasmCommandPlugin } from '../install/command.ts';

/** Commands for what a plugin provides. What runs them is loaded when one is called: the list of commands needs none of it. */
export function wasmCommandsOf(plugin: WasmCommandPlugin, group: string): Command[] {
  return commandsOf(plugin.manifest).map((name) => ({
    name,
    group,
    short: plugin.manifest.description,
    long: `${plugin.manifest.description}\n\nThis command is the Wasm plugin ${plugin.manifest.name} ${plugin.manifest.version}. It runs in a sandbox and sees no files but those of the current folder.`,
    external: {
      run: async (words, io) => (await import('./run-command.ts')).runCommand(plugin, words, io),
      complete: async () => ({ candidates: [], directive: 0 }),
    },
  }));
}
