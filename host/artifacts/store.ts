import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { FluxError } from '../errors/flux-error.ts';
import { type DigestAlgorithm, digestAlgorithm } from './digest.ts';
import {
  archiveFailed,
  hasCode,
  linkFailed,
  removeFailed,
  sourceUnreadable,
  unpackFailed,
} from './errors.ts';
import type { Stored } from './jobs.ts';
import { artifactPath, artifactUrl, ownerPath, storePath, TEMP_DIR } from './layout.ts';
import { createWorkerPool } from './pool.ts';
import { collectGarbage } from './retention.ts';
import { prepareRoot } from './root.ts';
import { createTreeSource, type DownloadSettings } from './tree-source.ts';
import { createTreeCache } from './trees.ts';
import type { Artifact, ArtifactNaming, ArtifactOwner, ArtifactStore } from './types.ts';
import { DEFAULT_UNPACK_LIMITS, type UnpackLimits } from './unpack.ts';
import { createVerifier } from './verify.ts';

export interface ArtifactStoreOptions {
  /** `--storage-path`. One process at a time: the start clears the temporary files of the one before. */
  readonly root: string;
  /** Host and port, or a whole URL, for artifact URLs: see `advertisedAddress()`. */
  readonly advertisedAddress: string;
  /** `--artifact-retention-ttl`. Default 1 min. */
  readonly retentionTtlMs?: number;
  /** `--artifact-retention-records`. Default 2. */
  readonly retentionRecords?: number;
  /** `--artifact-digest-algo`. Default sha256. */
  readonly digestAlgorithm?: DigestAlgorithm | string;
  /** Space for unpacked trees that nobody uses at the moment. Default 2 GiB. */
  readonly treeCacheBytes?: number;
  readonly unpackLimits?: UnpackLimits;
  /** How patiently artifacts of other controllers are fetched. */
  readonly download?: DownloadSettings;
  /** How to reach other controllers. */
  readonly fetch?: typeof fetch;
}

/**
 * Opens the artifact store in a folder, with Flux's layout: a volume of source-controller can be taken over as it is.
 * @throws FluxError when the folder cannot be made, or for an unknown digest algorithm
 */
export async function createArtifactStore(options: ArtifactStoreOptions): Promise<ArtifactStore> {
  const { root, advertisedAddress, retentionTtlMs = 60_000, retentionRecords = 2 } = options;
  const algorithm = digestAlgorithm(options.digestAlgorithm ?? 'sha256');
  const limits = options.unpackLimits ?? DEFAULT_UNPACK_LIMITS;
  const leftovers = await prepareRoot(root);
  const pool = createWorkerPool();
  const remove = (path: string): Promise<void> => pool.run('remove', { path });
  // Leftovers are in nobody's way: a failure to delete them is tried again at the next start.
  for (const path of leftovers) remove(path).catch(() => {});
  const verifier = createVerifier(pool);
  const trees = createTreeCache({ root, maxBytes: options.treeCacheBytes ?? 2 * 1024 ** 3, remove });

  const temp = (): string => join(root, TEMP_DIR, randomUUID());

  /** When the disk is full, trees that can be unpacked again make room for what cannot. */
  const withRoom = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const cause = error instanceof FluxError ? error.cause : error;
      if (!hasCode(cause, 'ENOSPC', 'EDQUOT') || (await trees.clear()) === 0) throw error;
      return work();
    }
  };

  const write = async (
    { owner, revision, naming }: { owner: ArtifactOwner; revision: string; naming: ArtifactNaming },
    job: (file: { temp: string; target: string; algorithm: DigestAlgorithm }) => Promise<Stored>,
  ): Promise<Artifact> => {
    const path = artifactPath(owner, naming.file);
    const target = storePath(root, path);
    try {
      const { digest, size } = await withRoom(() => job({ temp: temp(), target, algorithm }));
      await verifier.trust(target, digest);
      const lastUpdateTime = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
      const url = artifactUrl(advertisedAddress, path);
      const { metadata } = naming;
      return { digest, lastUpdateTime, path, revision, size, url, ...(metadata ? { metadata } : {}) };
    } catch (error) {
      throw error instanceof FluxError ? error : archiveFailed(path, error);
    }
  };

  const treeOf = createTreeSource({
    root,
    advertisedAddress,
    pool,
    verifier,
    limits,
    settings: options.download ?? {},
    fetch: options.fetch ?? globalThis.fetch,
    temp,
    withRoom,
  });

  return {
    async workDir() {
      const dir = join(root, TEMP_DIR, `work-${randomUUID()}`);
      await mkdir(dir, { mode: 0o700 });
      return { dir, release: () => void remove(dir).catch(() => {}) };
    },
    async unpack(file, dir) {
      try {
        const digest = await pool.run('digest', { file, algorithm });
        await withRoom(() => pool.run('unpack', { file, name: basename(file), digest, dir, limits }));
      } catch (error) {
        throw error instanceof FluxError ? error : unpackFailed(basename(file), error);
      }
    },
    async archive(owner, revision, dir, { ignore, adopt, ...naming }) {
      if (!(await isDirectory(dir))) throw sourceUnreadable(dir, new Error('not a folder'));
      const plain = typeof ignore === 'function' ? { rules: ignore.rules } : ignore;
      const adoptTo = adopt ? temp() : undefined;
      let adopted: { treeBytes: number } | undefined;
      const artifact = await write({ owner, revision, naming }, async (file) => {
        const packed = await pool.run('pack', { ...file, dir, ignore: plain, adoptTo });
        adopted = packed.adopted;
        return packed;
      });
      if (adopted && adoptTo) {
        // The artifact is stored; without the tree the next `tree()` unpacks it.
        await trees.adopt(artifact.digest, adoptTo, adopted.treeBytes).catch(() => remove(adoptTo));
      }
      return artifact;
    },
    put(owner, revision, content, naming) {
      return write({ owner, revision, naming }, (file) => pool.run('store', { ...file, content }));
    },
    async link(artifact, name) {
      const path = posix.join(posix.dirname(artifact.path), name);
      const fresh = temp();
      try {
        // Relative, so that the volume can be mounted elsewhere; replaced by a rename, so that it never is missing.
        await symlink(basename(artifact.path), fresh);
        await rename(fresh, storePath(root, path));
      } catch (error) {
        await rm(fresh, { force: true });
        throw error instanceof FluxError ? error : linkFailed(path, error);
      }
      return artifactUrl(advertisedAddress, path);
    },
    url: ({ path }) => artifactUrl(advertisedAddress, path),
    localPath: ({ path }) => storePath(root, path),
    async verify({ path, digest }) {
      try {
        return await verifier.matches(storePath(root, path), digest);
      } catch (error) {
        if (error instanceof FluxError) return false;
        throw error;
      }
    },
    tree(artifact, signal) {
      return trees.lease(artifact.digest, treeOf(artifact), { signal, from: artifact.url });
    },
    async collect(owner, current) {
      const dir = storePath(root, ownerPath(owner));
      const removed = await collectGarbage({
        dir,
        current: basename(current.path),
        ttlMs: retentionTtlMs,
        records: retentionRecords,
      });
      return removed.map((name) => artifactPath(owner, name));
    },
    async remove(owner) {
      const path = ownerPath(owner);
      const away = temp();
      try {
        await rename(storePath(root, path), away);
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return false;
        throw removeFailed(path, error);
      }
      await remove(away);
      return true;
    },
    close: pool.close,
  };
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
