import { lstat, readdir } from 'node:fs/promises';
import { join, normalize, resolve } from 'node:path';
import { errorText } from '@flux-host/host/errors/text.ts';
import { commandError } from '../../command/errors.ts';
import type { Log } from '../../output/log.ts';

export interface Selection {
  /** A file or a folder, below `cwd` unless it is absolute. */
  readonly path: string;
  readonly cwd: string;
  /** Ends of names, with their dot. */
  readonly extensions: readonly string[];
}

/**
 * The files to look at, by the names that the user would write, in the order of their names. Links and other things that are
 * no regular files are passed over with a warning.
 * @throws FluxError FLUX_E_CLI_FILE for a path that is not there, or a single file that cannot be one of them
 */
export async function filesOf({ path: given, cwd, extensions }: Selection, log: Log): Promise<string[]> {
  const path = normalize(given).replace(/(.)\/+$/, '$1');
  const matches = (name: string): boolean => extensions.some((extension) => name.endsWith(extension));
  const info = await lstat(resolve(cwd, path)).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? `stat ${path}: no such file or directory` : errorText(error);
    throw commandError('FLUX_E_CLI_FILE', `failed to stat path ${path}: ${why}`);
  });
  if (!info.isDirectory()) {
    if (!matches(path)) {
      throw commandError(
        'FLUX_E_CLI_FILE',
        `file ${path} does not match the specified extensions: ${extensions.join(', ')}`,
      );
    }
    if (!info.isFile()) throw commandError('FLUX_E_CLI_FILE', `file ${path} is irregular`);
    return [path];
  }
  const files: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(resolve(cwd, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = join(folder, entry.name);
      if (entry.isDirectory()) await walk(name);
      else if (!matches(name)) continue;
      else if (entry.isFile()) files.push(name);
      else log.warning(`skipping irregular file ${name}`);
    }
  };
  await walk(path);
  return files;
}
