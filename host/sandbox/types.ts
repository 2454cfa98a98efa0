import type { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';

/** A module whose claims were checked, its code not yet. */
export interface InspectedPlugin {
  readonly manifest: PluginManifest;
  /** `sha256:<hex>` of the module's bytes as they came. */
  readonly digest: string;
  /** Functions that it exports. */
  readonly exports: readonly string[];
  /** Largest linear memory of an instance, in bytes; written into the module. */
  readonly memoryBytes: number;
  /** Longest call that the plugin itself asks for, ms. */
  readonly timeoutMs: number;
  /** Size of the module in bytes. */
  readonly size: number;
}

/** A checked and compiled module; shared by all workers. */
export interface LoadedPlugin extends InspectedPlugin {
  readonly module: WebAssembly.Module;
}

/** Something secret that the host adds to requests to some hosts. */
export interface EgressCredential {
  /**
   * Origins (`https://git.example.com`), or hosts with optional port as in a grant. A host without a port gets it over HTTPS only.
   */
  readonly to: readonly string[];
  /** Headers, in place of those that the plugin sends under the same name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Query parameters; the plugin does not find them in the addresses that it is told of. */
  readonly query?: Readonly<Record<string, string>>;
  /** Works out what is added to each request: signatures, tokens that end. */
  readonly sign?: SignRequest;
  /** Signs the body: `{}` in `format` stands for the hex. */
  readonly hmac?: {
    readonly header: string;
    readonly key: Uint8Array;
    readonly algorithm: 'sha1' | 'sha256' | 'sha512';
    readonly format: string;
  };
}

/** Says what proves to a server who asks. */
export type SignRequest = (request: { readonly method: string; readonly url: URL }) => Promise<{
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}>;

/** A read of an OCI registry. */
export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD';
  readonly url: URL;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly signal: AbortSignal;
}

/** Who sends what goes to an OCI registry: it logs in, and knows which way to take. */
export interface RegistryRoute {
  /** Host with port where it is not 443, as in URLs. */
  readonly host: string;
  /** @throws FluxError FLUX_E_OCI_… for what the registry refuses */
  send(request: RegistryRequest): Promise<{
    readonly status: number;
    readonly headers: readonly (readonly [name: string, value: string])[];
    readonly url: string;
    readonly body: AsyncIterable<Uint8Array>;
  }>;
}

/** Where a call may connect to, and what the host adds on the way. Default: nowhere. */
export interface EgressGrant {
  /**
   * Hosts with optional port: `git.example.com`, `git.example.com:8443`, `*.example.com`, `*`. Link-local and metadata
   * addresses are never reachable; loopback only when it is named literally (`127.0.0.1`, `[::1]`, `localhost`).
   */
  readonly allow: readonly string[];
  /** Host functions that may be used; default: those that the manifest requests. */
  readonly capabilities?: readonly ('http' | 'tcp')[];
  /** What the host adds to HTTP requests, so that the plugin never holds it. Nothing is added after a redirect to another origin. */
  readonly credentials?: readonly EgressCredential[];
  /** HTTPS requests to its host take this way in place of the plain one. */
  readonly registry?: RegistryRoute;
  /** TLS settings of the connections of this call (PEM). */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    /** Takes any certificate of the server: `spec.insecure` of an OCIRepository, as in Flux. */
    readonly insecureSkipVerify?: boolean;
  };
  readonly proxy?: { readonly url: string; readonly username?: string; readonly password?: string };
  /** Sum of all response bodies of the call, in bytes. */
  readonly maxBytes?: number;
}

/** Bounds of one call. */
export interface CallLimits {
  /** Wall clock; the worker is terminated when it passes. */
  readonly timeoutMs: number;
  /** Largest JSON answer, in bytes. */
  readonly outputBytes: number;
  /** Sum of the files written below `/out`, in bytes. */
  readonly outFileBytes: number;
  readonly outFiles: number;
}

export interface PluginCall {
  readonly plugin: LoadedPlugin;
  /** Exported function, e.g. `build`. */
  readonly export: string;
  /** Sent as JSON. */
  readonly input: unknown;
  /** Whose data this is (a namespace): an instance is never reused for another tenant. */
  readonly tenant: string;
  /** Guest path → host folder, read-only and lazy, e.g. `{ '/in': '/data/trees/…' }`. Links in there are not followed. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Guest path of a file below a mount → what the plugin reads there in place of what is on disk. Kept in memory only. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** Empty host folder that receives what the plugin writes below `/out`. */
  readonly out?: string;
  readonly egress?: EgressGrant;
  /** What Extism's `config_get` answers: for plugins made with Extism's own PDKs. */
  readonly config?: Readonly<Record<string, string>>;
  readonly limits?: Partial<CallLimits>;
  readonly signal?: AbortSignal;
}

export interface CallResult<T> {
  readonly output: T;
  /**
   * Guest paths below the mounts that the call opened, listed or looked for, sorted: the key for caching it. Paths that were
   * not there are among them, as the result would be another one if they were. One that was listed has a slash at the end, too.
   */
  readonly reads: readonly string[];
  readonly durationMs: number;
  /** Links and special files that the plugin tried to write below `/out` and that were left out. */
  readonly skipped: readonly string[];
}

export interface LoadOptions {
  readonly memoryBytes?: number;
  readonly giveAway?: boolean;
}

/** Runs plugins in worker threads, each call bounded in time, memory, network and output. */
export interface Sandbox {
  /**
   * Parses, checks (imports, exports, memory, manifest) and compiles a module.
   * @param options `memoryBytes`: what an administrator allows, if that is less than the plugin requests; `giveAway`: nobody needs the bytes
   * any more, so that their memory is given back, and a large module is loaded in a thread of its own
   * @throws FluxError FLUX_E_PLUGIN_… that says what is wrong with it
   */
  load(bytes: Uint8Array, options?: LoadOptions): Promise<LoadedPlugin>;
  /**
   * Checks all of a file but its code, and compiles nothing: memory is taken by what is used.
   * @throws FluxError as {@link load}; the error of the file system
   */
  inspect(file: string): Promise<InspectedPlugin>;
  /** Lets go of the instances of a module (`sha256:<hex>`); those that are busy when their calls end. */
  forget(digest: string): void;
  /**
   * @throws FluxError: the plugin's own failure (`reason`, `hint`, `terminal` from PluginFailure), or FLUX_E_PLUGIN_TIMEOUT,
   * _MEMORY, _TRAP, _OUTPUT, _ABI; AbortError when the signal aborts. The sandbox stays usable after each.
   */
  call<T>(call: PluginCall): Promise<CallResult<T>>;
  /** Ends all workers. */
  close(): Promise<void>;
}
