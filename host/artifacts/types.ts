import type { NamespacedName } from '../kube/types.ts';

/** `status.artifact` of a source, as in Flux's API. */
export interface Artifact {
  readonly digest: string;
  /** RFC 3339, seconds. */
  readonly lastUpdateTime: string;
  /** `<kind>/<namespace>/<name>/<file>`, lower-case kind. */
  readonly path: string;
  readonly revision: string;
  readonly size?: number;
  readonly url: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Whose artifact. `kind` as in the API, e.g. `GitRepository`. */
export interface ArtifactOwner extends NamespacedName {
  readonly kind: string;
}

/** A folder with the unpacked artifact; read-only; stays until released. */
export interface TreeLease {
  readonly dir: string;
  readonly digest: string;
  release(): void;
}

/** Decides which files of a tree go into the artifact. `path` is relative with `/`. */
export type IgnoreFilter = (path: string, isDirectory: boolean) => boolean;

export interface ArtifactStore {
  /**
   * Packs a folder reproducibly (see reference: gzip tar, zero times and owners, modes 0600/0700/0750) and puts it in place atomically.
   * Packing runs in a worker thread.
   * @throws FluxError with reason ArchiveOperationFailed, e.g. when the disk is full; the previous artifact stays
   */
  archive(
    owner: ArtifactOwner,
    revision: string,
    dir: string,
    options: {
      file: string;
      ignore?: IgnoreFilter | { patterns: readonly string[] };
      metadata?: Readonly<Record<string, string>>;
    },
  ): Promise<Artifact>;
  /** Whether the file is there with the right digest. Cached per (path, mtime, size). */
  verify(artifact: Artifact): Promise<boolean>;
  /** The unpacked tree of an artifact of this store or, by its URL, of another one; shared between callers. */
  tree(artifact: Artifact, signal?: AbortSignal): Promise<TreeLease>;
  /** Removes what is older than the TTL or beyond the number of records, never the current one. */
  collect(owner: ArtifactOwner, current: Artifact): Promise<readonly string[]>;
  /** Removes all artifacts of a deleted object. */
  remove(owner: ArtifactOwner): Promise<void>;
}
