import { randomUUID } from 'node:crypto';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { parseDigest } from './digest.ts';
import { TEMP_DIR, TREES_DIR } from './layout.ts';
import type { TreeLease } from './types.ts';

/** Unpacked artifacts, one folder a digest, shared by everybody who needs them. */
export interface TreeCache {
  /**
   * A lease on the tree of a digest. Without one in the cache `unpack` has to fill the folder that it is given, which does not
   * exist yet; callers that come meanwhile wait for the same unpacking. Its signal aborts when nobody waits any more.
   */
  lease(digest: string, unpack: UnpackTree, signal?: AbortSignal): Promise<TreeLease>;
  /** Takes a finished folder in; a folder that is there already wins. */
  adopt(digest: string, dir: string, treeBytes: number): Promise<void>;
  /** Deletes every tree that nobody holds, to make room on the disk. Resolves to the bytes that it gave back. */
  clear(): Promise<number>;
  readonly bytes: number;
}

export type UnpackTree = (dir: string, signal: AbortSignal) => Promise<{ treeBytes: number }>;

interface Tree {
  readonly dir: string;
  readonly ready: Promise<void>;
  readonly abort: AbortController;
  leases: number;
  bytes: number;
  lastUsed: number;
  filled: boolean;
}

export interface TreeCacheOptions {
  /** Root of the store. */
  readonly root: string;
  /** Trees that nobody holds are deleted, the longest unused first, while all trees take more. */
  readonly maxBytes: number;
  remove(path: string): Promise<void>;
}

export function createTreeCache({ root, maxBytes, remove }: TreeCacheOptions): TreeCache {
  const trees = new Map<string, Tree>();
  let bytes = 0;
  let clock = 0;

  const temp = (): string => join(root, TEMP_DIR, `tree-${randomUUID()}`);
  const folderOf = (digest: string): string => {
    const { algorithm, hex } = parseDigest(digest);
    return join(root, TREES_DIR, `${algorithm}-${hex}`);
  };

  /** Moved away first: a half-deleted tree must never be found under its name. */
  const discard = async (digest: string, tree: Tree): Promise<void> => {
    trees.delete(digest);
    bytes -= tree.bytes;
    const away = temp();
    renameSync(tree.dir, away);
    await remove(away);
  };

  const evict = async (limit: number): Promise<void> => {
    const unused = [...trees].filter(([, tree]) => tree.leases === 0 && tree.filled);
    unused.sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
    for (const [digest, tree] of unused) {
      if (bytes <= limit) return;
      if (trees.get(digest) === tree && tree.leases === 0) await discard(digest, tree);
    }
  };

  const fill = (
    digest: string,
    make: (dir: string, signal: AbortSignal) => Promise<{ treeBytes: number }>,
  ): Tree => {
    const dir = folderOf(digest);
    const abort = new AbortController();
    const started = async (): Promise<void> => {
      const from = temp();
      const { treeBytes } = await make(from, abort.signal);
      if (abort.signal.aborted) {
        await remove(from);
        abort.signal.throwIfAborted();
      }
      // Together with the map in one turn of the event loop, so that map and disk never disagree.
      renameSync(from, dir);
      tree.bytes = treeBytes;
      tree.filled = true;
      bytes += treeBytes;
    };
    const ready = started();
    const tree: Tree = { dir, ready, abort, leases: 0, bytes: 0, lastUsed: ++clock, filled: false };
    trees.set(digest, tree);
    ready.then(
      () => evict(maxBytes).catch(() => {}),
      () => trees.get(digest) === tree && trees.delete(digest),
    );
    return tree;
  };

  const release = (tree: Tree): void => {
    tree.leases--;
    tree.lastUsed = ++clock;
    if (tree.leases > 0) return;
    if (!tree.filled) tree.abort.abort();
    else if (bytes > maxBytes) evict(maxBytes).catch(() => {});
  };

  return {
    get bytes() {
      return bytes;
    },
    async lease(digest, unpack, signal) {
      signal?.throwIfAborted();
      const known = trees.get(digest);
      // A tree that everybody gave up waiting for is on its way out.
      const tree = known && !known.abort.signal.aborted ? known : fill(digest, unpack);
      tree.leases++;
      try {
        await untilAborted(tree.ready, signal);
      } catch (error) {
        release(tree);
        throw error;
      }
      let held = true;
      return {
        dir: tree.dir,
        digest,
        release() {
          if (held) release(tree);
          held = false;
        },
      };
    },
    async adopt(digest, dir, treeBytes) {
      if (trees.has(digest)) return remove(dir);
      await fill(digest, async (target) => {
        renameSync(dir, target);
        return { treeBytes };
      }).ready;
    },
    async clear() {
      const before = bytes;
      await evict(0);
      return before - bytes;
    },
  };
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
