import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { InspectedPlugin, Sandbox } from '../sandbox/types.ts';
import { checkSchemas } from './config/schema.ts';
import { badPluginFile } from './errors.ts';

/** A module in a file, and what it says about itself. */
export interface PluginFile extends InspectedPlugin {
  readonly file: string;
}

/**
 * Looks at every `.wasm` file of the folders, in their order: a later plugin replaces an earlier one of the same name. Nothing is
 * compiled. A file that cannot be used is reported and left out, so that one bad file does not keep the host from starting.
 */
export async function readPluginDirs(
  sandbox: Sandbox,
  dirs: readonly string[],
  onError: (error: Error) => void,
): Promise<PluginFile[]> {
  const byName = new Map<string, PluginFile>();
  for (const dir of dirs) {
    for (const file of await wasmFiles(dir, onError)) {
      try {
        const inspected = await sandbox.inspect(file);
        checkSchemas(inspected.manifest);
        byName.set(inspected.manifest.name, { ...inspected, file });
      } catch (error) {
        onError(badPluginFile(file, error));
      }
    }
  }
  return [...byName.values()];
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
