import { rm, stat } from 'node:fs/promises';
import { FluxError } from '../errors/flux-error.ts';
import { download } from './download.ts';
import { notFound, unpackFailed } from './errors.ts';
import { artifactUrl, storePath } from './layout.ts';
import type { WorkerPool } from './pool.ts';
import type { UnpackTree } from './trees.ts';
import type { Artifact } from './types.ts';
import type { UnpackLimits } from './unpack.ts';
import type { Verifier } from './verify.ts';

export interface DownloadSettings {
  /** `--http-retry`. Default 9. */
  readonly retries?: number;
  /** Pause before the first retry; doubles. Default 1 s. */
  readonly minDelayMs?: number;
  /** Default 30 s. */
  readonly maxDelayMs?: number;
  /** Largest archive. Default: as large as a tree may be. */
  readonly maxBytes?: number;
}

export interface TreeSourceOptions {
  readonly root: string;
  readonly advertisedAddress: string;
  readonly pool: WorkerPool;
  readonly verifier: Verifier;
  readonly limits: UnpackLimits;
  readonly settings: DownloadSettings;
  readonly fetch: typeof fetch;
  /** A fresh path for a temporary file. */
  temp(): string;
  /** Runs the work again after making room when the disk was full. */
  withRoom<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Where trees come from: the store's own file, or, when the URL is not of this store, a download that is deleted after unpacking.
 * The tree's function throws a FluxError: FLUX_E_ARTIFACT_NOT_FOUND, _DOWNLOAD, _DIGEST or _UNPACK.
 */
export function createTreeSource(options: TreeSourceOptions): (artifact: Artifact) => UnpackTree {
  const { root, advertisedAddress, pool, limits, withRoom } = options;
  const {
    retries = 9,
    minDelayMs = 1000,
    maxDelayMs = 30_000,
    maxBytes = limits.maxBytes,
  } = options.settings;
  const limit = maxBytes < 0 ? Number.POSITIVE_INFINITY : maxBytes;
  const fetched = { retries, minDelayMs, maxDelayMs, maxBytes: limit, fetch: options.fetch };

  return ({ path, url, digest }) =>
    async (dir, signal) => {
      const isOurs =
        url === artifactUrl(advertisedAddress, path) || (await isKept(options, { path, digest }));
      const file = isOurs ? storePath(root, path) : options.temp();
      try {
        if (!isOurs) await download({ ...fetched, url, file, signal });
        return await withRoom(() => pool.run('unpack', { file, name: url, digest, dir, limits }));
      } catch (error) {
        if (error instanceof FluxError || signal.aborted) throw error;
        if (isOurs && !(await isFile(file))) throw notFound(url);
        throw unpackFailed(url, error);
      } finally {
        if (!isOurs) await rm(file, { force: true });
      }
    };
}

/** Stored before a restart that changed our address: the URL is that of another place, the content is here. */
async function isKept(
  { root, verifier }: TreeSourceOptions,
  { path, digest }: { path: string; digest: string },
): Promise<boolean> {
  try {
    return await verifier.matches(storePath(root, path), digest);
  } catch {
    return false;
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
