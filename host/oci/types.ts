import type { Egress } from '../sandbox/egress/egress.ts';
import type { EgressGrant } from '../sandbox/types.ts';
import type { Credentials } from './credentials.ts';
import type { RegistryMemory } from './memory.ts';

/** Where a repository is. */
export interface Repository {
  /** Host with optional port, as requests go to it: `ghcr.io`, `index.docker.io`, `localhost:5000`. */
  readonly registry: string;
  /** Path below it: `stefanprodan/manifests/podinfo`, `library/alpine`. */
  readonly name: string;
}

/** A repository with what to take of it: at least one of both. With both the digest decides. */
export interface Reference extends Repository {
  readonly tag?: string;
  /** `sha256:<hex>`. */
  readonly digest?: string;
}

/** The OCI content descriptor. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly urls?: readonly string[];
  /** Content in place, base64. */
  readonly data?: string;
}

/** An image or artifact manifest: `config` and `layers`. */
export interface ImageManifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An image index (Docker: manifest list). */
export interface ImageIndex {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest as the registry has it, its digest checked. */
export interface FetchedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  readonly content:
    | { readonly kind: 'image'; readonly manifest: ImageManifest }
    | { readonly kind: 'index'; readonly index: ImageIndex };
}

/** How one user reaches registries. */
export interface RegistryAccess {
  /** Which login for which repository; default: none. See `credentialsOf`. */
  readonly credentials?: Credentials;
  /** PEM; `ca` is trusted besides the known authorities. */
  readonly tls?: EgressGrant['tls'];
  readonly proxy?: EgressGrant['proxy'];
  /** Plain HTTP where the registry does not speak TLS. Loopback and private addresses are allowed to anyway, as in Flux. */
  readonly insecure?: boolean;
}

export interface OciClientOptions {
  /** The host's way out; stays open when the client is no longer used. */
  readonly egress: Egress;
  readonly access?: RegistryAccess;
  /** Tokens and what is known of registries; share one between clients, so that each needs fewer requests. */
  readonly memory?: RegistryMemory;
  /** Longest wait for a response, or for the next piece of its body, ms; default 30,000. */
  readonly timeoutMs?: number;
  /** Further attempts after a failure that may pass (429, 5xx, broken connections); default 3. */
  readonly retries?: number;
  /** Wait before the first further attempt, ms; triples each time. Default 250. */
  readonly delayMs?: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface BlobOptions extends CallOptions {
  /** Refuse blobs that are larger. Bytes. */
  readonly maxBytes: number;
}

/** What can be pushed as a blob. A file is read as it is sent. */
export type BlobContent = Uint8Array | { readonly file: string };

export interface PushBlobOptions extends CallOptions {
  /** Sends pieces of so many bytes instead of all at once; a lost piece is sent again. */
  readonly chunkBytes?: number;
  /** Repository of the same registry that may have the blob already. */
  readonly mountFrom?: string;
}

/** A manifest to push: an object (written as JSON) or bytes as they are. */
export type ManifestContent = ImageManifest | ImageIndex | Uint8Array;

export interface PushManifestOptions extends CallOptions {
  /** Default: the manifest's own `mediaType`. */
  readonly mediaType?: string;
}

/**
 * A client of OCI registries (distribution spec 1.1). Every method throws FluxErrors FLUX_E_OCI_…, and `signal.reason` after an abort.
 * It holds nothing open: drop it when done.
 */
export interface OciClient {
  /** Descriptor of a tag or digest: one HEAD request, a GET where the registry does not answer that usefully. */
  resolve(ref: Reference, options?: CallOptions): Promise<Descriptor>;
  /** Image or index; its bytes have the digest that `ref` or the registry says. At most 4 MiB. */
  manifest(ref: Reference, options?: CallOptions): Promise<FetchedManifest>;
  /**
   * A blob as a stream that continues after broken connections. The digest is checked at the end: what came before the stream has ended without an error
   * must not be trusted.
   */
  blob(repository: Repository, descriptor: Descriptor, options: BlobOptions): AsyncIterable<Uint8Array>;
  /** A small blob in memory, digest checked. */
  readBlob(repository: Repository, descriptor: Descriptor, options: BlobOptions): Promise<Uint8Array>;
  /** A blob as a new file (mode 0600), digest checked; nothing is left behind on failure. */
  saveBlob(
    repository: Repository,
    descriptor: Descriptor,
    options: BlobOptions & { readonly file: string },
  ): Promise<void>;
  /** All tags in the registry's order; FLUX_E_OCI_TOO_LARGE when there are more than `most` (default 100,000). */
  tags(repository: Repository, options?: CallOptions & { readonly most?: number }): Promise<string[]>;
  /** What refers to a digest (signatures, SBOMs): the referrers API, else the tag `sha256-<hex>`. */
  referrers(
    ref: Repository & { readonly digest: string },
    options?: CallOptions & { readonly artifactType?: string },
  ): Promise<Descriptor[]>;
  /** Whether the repository has a blob. */
  hasBlob(ref: Repository & { readonly digest: string }, options?: CallOptions): Promise<boolean>;
  /** Uploads a blob unless it is there; returns what to put into a manifest (`application/octet-stream`). */
  pushBlob(repository: Repository, content: BlobContent, options?: PushBlobOptions): Promise<Descriptor>;
  /** Uploads a manifest under its digest, and as `ref.tag` when there is one. A `subject` is listed among its referrers. */
  pushManifest(
    ref: Repository & { readonly tag?: string },
    content: ManifestContent,
    options?: PushManifestOptions,
  ): Promise<Descriptor>;
  /** Gives what `ref` means another tag. */
  tag(ref: Reference, tag: string, options?: CallOptions): Promise<Descriptor>;
  /** Deletes a manifest by digest, or a tag where only that is given (not every registry can). */
  deleteManifest(ref: Reference, options?: CallOptions): Promise<void>;
}
