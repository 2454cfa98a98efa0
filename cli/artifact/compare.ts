import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A digest of names, kinds, executable bits and contents of a folder. */
export async function treeDigest(dir: string): Promise<string> {
  const hash = createHash('sha256');
  const names = await readdir(dir, { recursive: true });
  for (const name of names.toSorted()) {
    const found = await lstat(join(dir, name));
    const kind = found.isDirectory() ? 'folder' : found.mode & 0o100 ? 'executable' : 'file';
    hash.update(JSON.stringify([kind, name]));
    if (!found.isDirectory())
      hash.update(
        createHash('sha256')
          .update(await readFile(join(dir, name)))
          .digest(),
      );
  }
  return hash.digest('hex');
}
