import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder of a source and where it goes. */
export interface FolderCopy {
  readonly root: string;
  /** Below the root. */
  readonly path: string;
  /** On the disk. */
  readonly place: string;
  readonly isExcluded: (path: string) => boolean;
  readonly signal: AbortSignal;
}

/** Copies regular files; an excluded folder is left out with all that is in it. */
export async function copyFolder({ root, path, place, isExcluded, signal }: FolderCopy): Promise<void> {
  signal.throwIfAborted();
  await mkdir(place, { recursive: true });
  for (const entry of await readdir(join(root, path), { withFileTypes: true })) {
    const below = path === '.' ? entry.name : `${path}/${entry.name}`;
    if (isExcluded(below)) continue;
    const to = join(place, entry.name);
    if (entry.isDirectory()) await copyFolder({ root, path: below, place: to, isExcluded, signal });
    else if (entry.isFile()) await copyFile(join(root, below), to);
  }
}
