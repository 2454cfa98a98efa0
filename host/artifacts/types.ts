import type { NamespacedName } from '../kube/types.ts';
import type { IgnoreFilter, IgnoreOptions } from './ignore/types.ts';

export type { IgnoreFilter, IgnoreOptions } from './ignore/types.ts';

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

/** A folder that stays until released. */
export interface DirLease {
  readonly dir: string;
  /** Gives the folder back; a second call does nothing. */
  release(): void;
}

/** A folder with the unpacked artifact; read-only. */
export interface TreeLease extends DirLease {
  readonly digest: string;
}

/** What an artifact is called and what is said about it. */
export interface ArtifactNaming {
  /** File name within the owner's folder, e.g. `<commit>.tar.gz`. */
  readonly file: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface ArchiveOptions extends ArtifactNaming {
  /** What stays out. Nothing does when absent: even `.git` goes in. */
  readonly ignore?: IgnoreFilter | IgnoreOptions;
  /**
   * Hands the folder over to the store, which removes what is ignored and keeps the rest as the unpacked tree of the new
   * artifact: the next `tree()` costs a map look-up instead of an unpacking. The folder is gone afterwards. Works only
   * for folders on the store's file system (see `workDir`); elsewhere the folder is left alone.
   */
  readonly adopt?: boolean;
}

export interface ArtifactStore {
  /** An empty folder on the store's file system for a source to write its tree to; deleted when released. */
  workDir(): Promise<DirLease>;
  /**
   * Packs a folder reproducibly (see reference: gzip tar, zero times and owners, modes 0600/0700/0750) and puts it in place atomically.
   * Packing runs in a worker thread. Links and special files stay out, as in Flux.
   * @throws FluxError with reason ArchiveOperationFailed, e.g. when the disk is full; the previous artifact stays
   */
  archive(owner: ArtifactOwner, revision: string, dir: string, options: ArchiveOptions): Promise<Artifact>;
  /**
   * Unpacks a `.tar.gz` that is no artifact into a new folder, in a worker thread; links in it are left out.
   * @throws FluxError FLUX_E_ARTIFACT_UNPACK, e.g. for names that leave the folder
   */
  unpack(file: string, dir: string): Promise<void>;
  /**
   * Stores bytes as they are (a Helm chart, a repository index, an OCI layer); same promises as `archive`.
   * `content` is a file's path or the bytes.
   */
  put(
    owner: ArtifactOwner,
    revision: string,
    content: string | Uint8Array,
    options: ArtifactNaming,
  ): Promise<Artifact>;
  /**
   * Points a fixed name next to the artifact at it (Flux: `latest.tar.gz`; HelmRepository: `index.yaml`).
   * @returns the URL for `status.url`
   * @throws FluxError with reason SymlinkUpdateFailed
   */
  link(artifact: Artifact, name: string): Promise<string>;
  /** Where an artifact of this store is served now; a status may still have the address from before a restart. */
  url(artifact: Pick<Artifact, 'path'>): string;
  /** The file of an artifact of this store, whether or not it exists. */
  localPath(artifact: Pick<Artifact, 'path'>): string;
  /** Whether the file is there with the right digest; a digest or path that makes no sense is not. Computed in a worker, once per (path, mtime, size) and process. */
  verify(artifact: Artifact): Promise<boolean>;
  /**
   * The unpacked tree of an artifact of this store or, by its URL, of another one; shared between callers.
   * @throws FluxError FLUX_E_ARTIFACT_NOT_FOUND when the file is gone, so that the caller can requeue
   */
  tree(artifact: Artifact, signal?: AbortSignal): Promise<TreeLease>;
  /**
   * Removes what is older than the TTL or beyond the number of records, never the current one.
   * @returns paths of the removed files, relative to the store
   */
  collect(owner: ArtifactOwner, current: Artifact): Promise<readonly string[]>;
  /**
   * Removes all artifacts of a deleted object.
   * @returns whether there were any
   */
  remove(owner: ArtifactOwner): Promise<boolean>;
  /** Lets running jobs finish and stops the worker threads. */
  close(): Promise<void>;
}
