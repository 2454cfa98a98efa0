import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * The digest of what a build looked at: the content of files, the names in folders that were listed, and whether there was
 * anything at all. Equal digests in two trees mean equal builds.
 * @param reads paths relative to the tree, sorted; of a folder that was listed with a slash at the end
 */
export async function fingerprint(tree: string, reads: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const name of reads) {
    const kind = name.endsWith('/')
      ? await addNames(hash, join(tree, name))
      : await addContent(hash, join(tree, name));
    hash.update(`\0${kind}\0${name}\0`);
  }
  return hash.digest('hex');
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'link' | 'none'> {
  try {
    const stats = await lstat(path);
    return stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'file';
  } catch {
    return 'none';
  }
}

async function addContent(hash: Hash, path: string): Promise<string> {
  const kind = await kindOf(path);
  if (kind === 'file') {
    await pipeline(createReadStream(path), async (source) => {
      for await (const part of source) hash.update(part);
    });
  }
  return kind;
}

async function addNames(hash: Hash, path: string): Promise<string> {
  const kind = await kindOf(path);
  if (kind === 'folder') {
    const entries = await readdir(path, { withFileTypes: true });
    const names = entries.map((entry) => `${entry.name}${entry.isDirectory() ? '/' : ''}`);
    hash.update(names.sort().join('\0'));
  }
  return kind;
}
