import { stat } from 'node:fs/promises';
import { parseDigest } from './digest.ts';
import { hasCode } from './errors.ts';
import type { WorkerPool } from './pool.ts';

/** Remembers digests of files that did not change since. */
export interface Verifier {
  /** Whether the file is there with that digest. */
  matches(file: string, digest: string): Promise<boolean>;
  /** Notes the digest of a file that was just written. */
  trust(file: string, digest: string): Promise<void>;
}

const MAX_ENTRIES = 10_000;

interface Known {
  readonly stamp: string;
  readonly digest: string;
}

/** A changed size, time or inode makes a file unknown again. The least recently noted fall out of the memory first. */
export function createVerifier(pool: WorkerPool): Verifier {
  const known = new Map<string, Known>();
  const remember = (file: string, entry: Known): void => {
    known.delete(file);
    known.set(file, entry);
    const [oldest] = known.keys();
    if (known.size > MAX_ENTRIES && oldest !== undefined) known.delete(oldest);
  };
  return {
    async matches(file, digest) {
      const { algorithm, text } = parseDigest(digest);
      const stamp = await stampOf(file);
      if (stamp === undefined) return false;
      const seen = known.get(file);
      if (seen?.stamp === stamp && seen.digest.startsWith(`${algorithm}:`)) return seen.digest === text;
      const actual = await pool.run('digest', { file, algorithm });
      remember(file, { stamp, digest: actual });
      return actual === text;
    },
    async trust(file, digest) {
      const stamp = await stampOf(file);
      if (stamp !== undefined) remember(file, { stamp, digest });
    },
  };
}

async function stampOf(file: string): Promise<string | undefined> {
  try {
    const { size, mtimeNs, ino } = await stat(file, { bigint: true });
    return `${size}-${mtimeNs}-${ino}`;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
