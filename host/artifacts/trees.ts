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
   * exist yet; callers that come meanwhile wait for the same unpacking. Its signal aborts when nobody waits any more. A caller that has the
   * content from elsewhere does not wait for that: it unpacks, too, and the first to be done serves all.
   */
  lease(digest: string, unpack: UnpackTree, options?: LeaseOptions): Promise<TreeLease>;
  /** Takes a finished folder in; a folder that is there already wins. */
  adopt(digest: string, dir: string, treeBytes: number): Promise<void>;
  /** Deletes every tree that nobody holds, to make room on the disk. Resolves to the bytes that it gave back. */
  clear(): Promise<number>;
  readonly bytes: number;
}

export type UnpackTree = (dir: string, signal: AbortSignal) => Promise<{ treeBytes: number }>;

export interface LeaseOptions {
  readonly signal?: AbortSignal | undefined;
  /** Where the content comes from, e.g. a URL. */
  readonly from?: string;
}

interface Tree {
  readonly digest: string;
  readonly from: string;
  readonly dir: string;
  /** Resolves once another unpacking of the same content was quicker. */
  readonly overtaken: PromiseWithResolvers<void>;
  /** The unpacking from elsewhere that was under way before. */
  readonly before: Tree | undefined;
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
  const discard = async (tree: Tree): Promise<void> => {
    if (trees.get(tree.digest) === tree) trees.delete(tree.digest);
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
      if (trees.get(digest) === tree && tree.leases === 0) await discard(tree);
    }
  };

  const fill = (digest: string, from: string, make: UnpackTree): Tree => {
    const known = trees.get(digest);
    const before = known && !known.abort.signal.aborted ? known : undefined;
    const dir = before ? `${folderOf(digest)}-${randomUUID()}` : folderOf(digest);
    const abort = new AbortController();
    const started = async (): Promise<void> => {
      const folder = temp();
      const { treeBytes } = await make(folder, abort.signal);
      if (abort.signal.aborted) {
        await remove(folder);
        abort.signal.throwIfAborted();
      }
      // Together with the map in one turn of the event loop, so that map and disk never disagree.
      renameSync(folder, dir);
      tree.bytes = treeBytes;
      tree.filled = true;
      bytes += treeBytes;
      for (let slower = tree.before; slower && !slower.filled; slower = slower.before)
        slower.overtaken.resolve();
    };
    const ready = started();
    const tree: Tree = {
      digest,
      from,
      dir,
      ready,
      abort,
      before,
      overtaken: Promise.withResolvers(),
      leases: 0,
      bytes: 0,
      lastUsed: ++clock,
      filled: false,
    };
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
    else if (trees.get(tree.digest) !== tree) discard(tree).catch(() => {});
    else if (bytes > maxBytes) evict(maxBytes).catch(() => {});
  };

  /** The tree to wait for: one that is there, or is being made from the same place. */
  const treeFor = (digest: string, from: string, unpack: UnpackTree): Tree => {
    const known = trees.get(digest);
    // A tree that everybody gave up waiting for is on its way out.
    const usable = known && !known.abort.signal.aborted && (known.filled || known.from === from);
    return usable ? known : fill(digest, from, unpack);
  };

  const leaseOn = (tree: Tree): TreeLease => {
    let held = true;
    return {
      dir: tree.dir,
      digest: tree.digest,
      release() {
        if (held) release(tree);
        held = false;
      },
    };
  };

  return {
    get bytes() {
      return bytes;
    },
    async lease(digest, unpack, { signal, from = '' } = {}) {
      signal?.throwIfAborted();
      let tree = treeFor(digest, from, unpack);
      for (;;) {
        tree.leases++;
        try {
          await untilAborted(Promise.race([tree.ready, tree.overtaken.promise]), signal);
        } catch (error) {
          release(tree);
          throw error;
        }
        if (tree.filled) return leaseOn(tree);
        release(tree);
        tree = treeFor(digest, from, unpack);
      }
    },
    async adopt(digest, dir, treeBytes) {
      if (trees.get(digest)?.filled) return remove(dir);
      await fill(digest, dir, async (target) => {
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
