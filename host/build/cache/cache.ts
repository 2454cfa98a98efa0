import { fingerprint } from './fingerprint.ts';
import { createLru } from './lru.ts';
import { type Packed, sizeOf } from './packed.ts';

/** What a lookup needs to know about a build. */
export interface BuildKey {
  /** See {@link requestKey}. */
  readonly request: string;
  readonly treeDigest: string;
  readonly treeDir: string;
}

/** Results of earlier builds, kept while what they read stays the same. */
export interface BuildCache {
  get(key: BuildKey): Promise<Packed | undefined>;
  set(key: BuildKey, result: Packed): Promise<void>;
}

interface Entry {
  readonly result: Packed;
  readonly treeDigest: string;
  readonly fingerprint: string;
}

/**
 * Keeps the last result of each request. A new revision of the artifact that left the files of a build alone is a hit: only
 * those files are read again, to compare them.
 * @param limit of all results together, bytes
 */
export function createBuildCache(limit: number): BuildCache {
  const entries = createLru<Entry>(limit);
  const print = ({ treeDir }: BuildKey, { reads }: Packed) => fingerprint(treeDir, reads);
  const keep = (key: BuildKey, entry: Entry) => entries.set(key.request, entry, sizeOf(entry.result));
  return {
    async get(key) {
      const entry = entries.get(key.request);
      if (!entry || entry.treeDigest === key.treeDigest) return entry?.result;
      if ((await print(key, entry.result)) !== entry.fingerprint) return undefined;
      keep(key, { ...entry, treeDigest: key.treeDigest });
      return entry.result;
    },
    async set(key, result) {
      keep(key, { result, treeDigest: key.treeDigest, fingerprint: await print(key, result) });
    },
  };
}
