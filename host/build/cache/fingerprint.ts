import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Files whose absence is part of what a build saw: adding one changes it although it was not read. */
const probed = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/**
 * The digest of what a build read: the content of files, the names in folders, and which kustomization files and other
 * probed paths there are. Equal digests in two trees mean equal builds.
 * @param reads files and folders relative to the tree, sorted
 * @param alsoProbed paths relative to the tree whose existence matters
 */
export async function fingerprint(
  tree: string,
  reads: readonly string[],
  alsoProbed: readonly string[],
): Promise<string> {
  const hash = createHash('sha256');
  const folders = new Set<string>();
  for (const name of reads) {
    const kind = await addContent(hash, join(tree, name));
    hash.update(`\0${kind}\0${name}\0`);
    folders.add(kind === 'folder' ? name : dirname(name));
  }
  const candidates = [...folders].sort().flatMap((folder) => probed.map((name) => join(folder, name)));
  for (const name of [...candidates, ...alsoProbed]) {
    hash.update(`${name}\0${await kindOf(join(tree, name))}\0`);
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

async function addContent(hash: ReturnType<typeof createHash>, path: string): Promise<string> {
  const kind = await kindOf(path);
  if (kind === 'file') {
    await pipeline(createReadStream(path), async (source) => {
      for await (const part of source) hash.update(part);
    });
  } else if (kind === 'folder') {
    const entries = await readdir(path, { withFileTypes: true });
    const names = entries.map((entry) => `${entry.name}${entry.isDirectory() ? '/' : ''}`);
    hash.update(names.sort().join('\0'));
  }
  return kind;
}
