import { lstat, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { collectFailed, hasCode } from './errors.ts';

export interface RetentionOptions {
  /** The owner's folder. */
  readonly dir: string;
  /** File name of the artifact in use, never removed. */
  readonly current: string;
  /** Files older than this many milliseconds go. */
  readonly ttlMs: number;
  /** Of the younger ones this many stay, the current one included. */
  readonly records: number;
  /** Files looked at in one go; a folder with more is cleaned up over several. Default 1000. */
  readonly limit?: number;
  /** Default 5 s. */
  readonly timeoutMs?: number;
}

interface File {
  readonly name: string;
  readonly modified: number;
}

/** Names of the files that have to go: first by age, then, while too many are left, the oldest. */
export async function garbage({
  dir,
  current,
  ttlMs,
  records,
  limit = 1000,
}: RetentionOptions): Promise<string[]> {
  const files = await artifactFiles(dir, limit);
  const now = Date.now();
  const expired = files.filter(({ name, modified }) => name !== current && now - modified > ttlMs);
  const young = files.filter((file) => !expired.includes(file) && file.name !== current);
  const surplus = Math.max(0, files.length - expired.length - records);
  young.sort((a, b) => a.modified - b.modified || (a.name < b.name ? -1 : 1));
  return [...expired, ...young.slice(0, surplus)].map(({ name }) => name);
}

/**
 * Removes the garbage and the `.lock` files that Flux leaves beside it.
 * @returns names of the removed files
 * @throws FluxError FLUX_E_ARTIFACT_COLLECT with reason GarbageCollectionFailed
 */
export async function collectGarbage(options: RetentionOptions): Promise<string[]> {
  const deadline = performance.now() + (options.timeoutMs ?? 5000);
  const removed: string[] = [];
  try {
    for (const name of await garbage(options)) {
      if (performance.now() >= deadline) throw new Error('context deadline exceeded');
      await rm(join(options.dir, name));
      await rm(join(options.dir, `${name}.lock`), { force: true });
      removed.push(name);
    }
  } catch (error) {
    throw collectFailed(basename(options.dir), error);
  }
  return removed;
}

/** Regular files in name order; links and locks are neither counted nor removed. */
async function artifactFiles(dir: string, limit: number): Promise<File[]> {
  const files: File[] = [];
  for (const entry of await entriesOf(dir)) {
    if (!entry.isFile() || entry.name.endsWith('.lock')) continue;
    if (files.length >= limit) break;
    try {
      files.push({ name: entry.name, modified: (await lstat(join(dir, entry.name))).mtimeMs });
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
  return files;
}

async function entriesOf(dir: string) {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
