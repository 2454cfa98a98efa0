import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the parts of the image come from. */
export interface ImageSources {
  /** The host's bundle. */
  readonly bundle: string;
  /** Folder with the first-party plugins. */
  readonly plugins: string;
}

/**
 * Puts the folder together that the image is built from: the bundle without its source maps, the plugins, the Dockerfile.
 * @returns the files in it, relative, sorted
 */
export async function writeImageContext(out: string, { bundle, plugins }: ImageSources): Promise<string[]> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await cp(bundle, join(out, 'app'), { recursive: true, filter: (path) => !path.endsWith('.map') });
  await cp(plugins, join(out, 'plugins'), { recursive: true });
  await cp(join(import.meta.dirname, 'Dockerfile'), join(out, 'Dockerfile'));
  const files = await readdir(out, { recursive: true, withFileTypes: true });
  return files
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(out.length + 1))
    .sort();
}
