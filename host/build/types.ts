import type { TreeLease } from '../artifacts/types.ts';
import type { KubeObject } from '../kube/types.ts';
import type { Decryption } from '../sops/types.ts';

/** A remote base on this machine. */
export interface FetchedBase {
  /** Folder that holds the base's repository, or the one file of an HTTP base. Mounted read-only. */
  readonly dir: string;
  /** What the base means inside `dir`: a folder or a file, `/`-separated; empty for `dir` itself. */
  readonly path?: string;
  release(): void;
}

/** Fetches what a kustomization refers to outside its source: `parseRemoteBase` in remote/parse.ts says what that is. */
export type FetchRemote = (base: string, by: RemoteUser) => Promise<FetchedBase>;

/** On whose behalf a remote base is fetched. */
export interface RemoteUser {
  readonly namespace: string;
  readonly signal: AbortSignal;
}

export interface BuildRequest {
  /** Which builder plugin: `spec.builder.plugin`, `kustomize` where there is none. */
  readonly plugin: string;
  readonly tree: TreeLease;
  /** Folder below the tree, `spec.path`. */
  readonly path: string;
  /** The Kustomization's spec; the builder takes from it what it knows. */
  readonly spec: object;
  /** `spec.builder.config` */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Variables of the post-build substitution by name; absent means that none was asked for. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Default `WithVariables`: no substitution when there are no variables. */
  readonly substituteStrategy?: 'WithVariables' | 'Always';
  /** A variable without value or default is an error. Default true, as in Flux 2.9. */
  readonly strict?: boolean;
  /** `spec.decryption`; absent: encrypted files and resources stay as they are. */
  readonly decryption?: Decryption;
  /** Namespace of the object that is built. */
  readonly tenant: string;
  readonly remoteBases: 'allow' | 'refuse';
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

export interface BuildResult {
  /** In the builder's order. The caller may change them. */
  readonly objects: KubeObject[];
  /** `sha256:<hex>` of the rendered YAML; Flux's key of `status.history`. */
  readonly digest: string;
  /** Paths that the builder looked at, whether or not they are there, relative to the tree, sorted; a folder that it listed has a slash at the end, too. */
  readonly reads: readonly string[];
  /** Values that were encrypted: they belong into no message. */
  readonly secrets: readonly string[];
  /** The result was kept from an earlier build with the same inputs. */
  readonly cached: boolean;
}

export interface Builder {
  /**
   * Renders a folder of an artifact to Kubernetes objects. Runs the plugin in the sandbox, substitutes and parses in worker
   * threads; the calling thread is never held for long.
   * @throws FluxError with reason BuildFailed that says which file or object is at fault; AbortError when the signal aborts
   */
  build(request: BuildRequest): Promise<BuildResult>;
  /** Ends the worker threads. */
  close(): Promise<void>;
}
