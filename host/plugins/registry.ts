import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PluginKind } from '@flux-host/sdk/contract/manifest.ts';
import type { LoadedPlugin, Sandbox } from '../sandbox/types.ts';
import { badPluginFile, noSuchPlugin } from './errors.ts';

/** The plugins of this process, by what they provide. */
export interface PluginRegistry {
  /**
   * The plugin that provides a type of a kind, e.g. `('source', 'GitRepository')`.
   * @throws FluxError FLUX_E_PLUGIN_MISSING naming what is installed
   */
  find(kind: PluginKind, type: string): LoadedPlugin;
  list(): readonly LoadedPlugin[];
}

/**
 * Loads every `.wasm` file of the folders, in their order: a later plugin replaces an earlier one of the same name. A file that
 * cannot be used is reported and left out, so that one bad file does not keep the host from starting.
 */
export async function loadPlugins(
  sandbox: Sandbox,
  dirs: readonly string[],
  onError: (error: Error) => void,
): Promise<PluginRegistry> {
  const byName = new Map<string, LoadedPlugin>();
  for (const dir of dirs) {
    for (const file of await wasmFiles(dir, onError)) {
      try {
        const plugin = await sandbox.load(await readFile(file));
        byName.set(plugin.manifest.name, plugin);
      } catch (error) {
        onError(badPluginFile(file, error));
      }
    }
  }
  return createRegistry([...byName.values()]);
}

/** A registry of the given plugins. */
export function createRegistry(plugins: readonly LoadedPlugin[]): PluginRegistry {
  return {
    list: () => plugins,
    find(kind, type) {
      const found = plugins.find(({ manifest }) =>
        manifest.provides.some((provided) => provided.kind === kind && provided.type === type),
      );
      if (found) return found;
      const same = plugins.flatMap(({ manifest }) =>
        manifest.provides.filter((provided) => provided.kind === kind).map((provided) => provided.type),
      );
      throw noSuchPlugin(`for ${kind} "${type}"`, same);
    },
  };
}

async function wasmFiles(dir: string, onError: (error: Error) => void): Promise<string[]> {
  try {
    const names = await readdir(dir);
    return names
      .filter((name) => name.endsWith('.wasm'))
      .sort()
      .map((name) => join(dir, name));
  } catch (error) {
    onError(badPluginFile(dir, error));
    return [];
  }
}
