import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { directoryFailed, hasCode } from './errors.ts';
import { TEMP_DIR, TREES_DIR } from './layout.ts';

const SWEPT = '.swept-';

/**
 * Makes the store's folders. What an earlier process left in them is moved aside: temporary files of a crash, and unpacked trees,
 * which were never synced to the disk and may be incomplete after a power cut.
 * @returns folders to delete
 * @throws FluxError with reason DirectoryCreationFailed
 */
export async function prepareRoot(root: string): Promise<string[]> {
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
    for (const name of [TEMP_DIR, TREES_DIR]) {
      await moveAside(join(root, name), join(root, `${SWEPT}${randomUUID()}`));
      await mkdir(join(root, name), { mode: 0o700 });
    }
    return (await readdir(root)).filter((name) => name.startsWith(SWEPT)).map((name) => join(root, name));
  } catch (error) {
    throw directoryFailed(root, error);
  }
}

async function moveAside(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}
