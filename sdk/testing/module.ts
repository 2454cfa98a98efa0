import { readFile } from 'node:fs/promises';

/** A built plugin, or what one is built from. */
export type PluginSource = Uint8Array | URL | string;

/** The bytes of a plugin: given, read from a `.wasm` file, or built from the TypeScript file that is the plugin's entry. */
export async function moduleBytes(source: PluginSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  const path = source instanceof URL ? source.pathname : source;
  if (path.endsWith('.wasm')) return readFile(source);
  const { buildPlugin } = await import('../typescript/build/index.ts');
  return (await buildPlugin({ entry: path })).wasm;
}
