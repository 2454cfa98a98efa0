import type { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';

/** A checked and compiled module; shared by all workers. */
export interface LoadedPlugin {
  readonly manifest: PluginManifest;
  /** `sha256:<hex>` of the module's bytes as they came. */
  readonly digest: string;
  readonly module: WebAssembly.Module;
  readonly exports: readonly string[];
  /** Largest linear memory of an instance, in bytes; written into the module. */
  readonly memoryBytes: number;
  /** Longest call that the plugin itself asks for, ms. */
  readonly timeoutMs: number;
  /** Size of the module in bytes. */
  readonly size: number;
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
  /** Credentials for one origin, added by the host, so that the plugin never holds them. Dropped on redirect to another origin. */
  readonly credentials?: {
    readonly origin: string;
    readonly headers: Readonly<Record<string, string>>;
  };
  /** TLS settings of the connections of this call (PEM). */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
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
   * not there are among them, as the result would be another one if they were.
   */
  readonly reads: readonly string[];
  readonly durationMs: number;
  /** Links and special files that the plugin tried to write below `/out` and that were left out. */
  readonly skipped: readonly string[];
}

/** Runs plugins in worker threads, each call bounded in time, memory, network and output. */
export interface Sandbox {
  /**
   * Parses, checks (imports, exports, memory, manifest) and compiles a module.
   * @param grant `memoryBytes`: what an administrator allows, if that is less than the plugin requests
   * @throws FluxError FLUX_E_PLUGIN_… that says what is wrong with it
   */
  load(bytes: Uint8Array, grant?: { readonly memoryBytes?: number }): Promise<LoadedPlugin>;
  /**
   * @throws FluxError: the plugin's own failure (`reason`, `hint`, `terminal` from PluginFailure), or FLUX_E_PLUGIN_TIMEOUT,
   * _MEMORY, _TRAP, _OUTPUT, _ABI; AbortError when the signal aborts. The sandbox stays usable after each.
   */
  call<T>(call: PluginCall): Promise<CallResult<T>>;
  /** Ends all workers. */
  close(): Promise<void>;
}
