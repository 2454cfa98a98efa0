import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Io } from '../../io.ts';
import { pluginFolder } from '../folder.ts';

/** A program that adds `flux <name>`. */
export interface NativePlugin {
  readonly name: string;
  readonly file: string;
}

const prefix = 'flux-';
const isWindows = process.platform === 'win32';

/**
 * The executables `flux-<name>` of the plugin folder, in the order of their names, without those that are called like a
 * command of Flux itself.
 */
export async function discoverNative(
  env: Io['env'],
  isTaken: (name: string) => boolean,
): Promise<NativePlugin[]> {
  const folder = pluginFolder(env);
  const files = await readdir(folder).catch(() => []);
  const plugins = files.sort().flatMap((file) => {
    const name = nameOf(file);
    return name && !isTaken(name) ? [{ name, file: join(folder, file) }] : [];
  });
  const usable = await Promise.all(plugins.map(({ file }) => isExecutable(file)));
  return plugins.filter((_, index) => usable[index]);
}

function nameOf(file: string): string {
  if (!file.startsWith(prefix)) return '';
  const name = file.slice(prefix.length);
  return isWindows ? name.replace(/\.(exe|cmd|bat)$/i, '') : name;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    // Follows links: a broken one is no plugin.
    const info = await stat(file);
    return info.isFile() && (isWindows || (info.mode & 0o111) !== 0);
  } catch {
    return false;
  }
}
