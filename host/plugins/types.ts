import type { Credential, Identity } from '@flux-host/sdk/contract/credential.ts';
import type { PluginKind, PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import type { CacheUser } from '../observability/cache-metrics.ts';
import type { CallLimits, CallResult, RegistryRoute, SignRequest } from '../sandbox/types.ts';

/** What a plugin may do. Plugins that come with the host get what they request; others what their Plugin object grants. */
export interface Grants {
  /** Hosts with optional port, `*.example.com`, `*`, and `$address`. */
  readonly network: readonly string[];
  readonly capabilities: readonly ('http' | 'tcp')[];
  /** Keys that it may see of the Secret that the object using it refers to. */
  readonly secretKeys: readonly string[];
  readonly credentials: readonly Credential[];
  readonly identity?: Identity;
  readonly memoryBytes?: number;
  readonly timeoutMs?: number;
  readonly concurrency?: number;
  /**
   * Entries of Secrets that the administrator gave to the plugin itself, base64. Where an entry is a credential, it goes to the hosts that
   * the credential names, never to `$address`, which users choose.
   */
  readonly ownSecret?: Readonly<Record<string, string>>;
  /** Which namespaces' objects may use it; absent: all. */
  readonly allowsNamespace?: (namespace: string) => boolean;
}

/** One use that a plugin can be put to at this moment. */
export interface InstalledPlugin {
  readonly manifest: PluginManifest;
  /** `sha256:<hex>` of the module. */
  readonly digest: string;
  readonly grants: Grants;
  /** `built-in`, or the name of the Plugin object. */
  readonly origin: 'built-in' | { readonly plugin: string };
}

/** What is to be done with a plugin, for which object. */
export interface PluginUse {
  readonly kind: PluginKind;
  /** As users write it: `slack`, `GitRepository`, … */
  readonly type: string;
  /** Namespace of the object that uses it; also the tenant of the instance. */
  readonly namespace: string;
  /** Exported function. */
  readonly operation: string;
  /** The request of the contract, without `secret` and `identityToken`: those are added here, as far as they are granted. */
  readonly input: Readonly<Record<string, unknown>>;
  /** All data of the Secret that the object refers to, base64 as Kubernetes has it. */
  readonly secret?: Readonly<Record<string, string>>;
  /** Keys of `secret` that the plugin is not shown even where it is granted them: they are credentials this time. */
  readonly unseen?: readonly string[];
  /** What `$address` stands for: an URL, or host and port. */
  readonly address?: string;
  /** The object that uses it, in metrics of tokens. */
  readonly user?: CacheUser;
  /** ServiceAccount whose cloud identity may be used. */
  readonly serviceAccountName?: string;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly proxy?: { readonly url: string; readonly username?: string; readonly password?: string };
  /** The OCI registry of the object, for plugins that are granted the credential `registry`. */
  readonly registry?: RegistryRoute;
  /** Signs requests to the object storage of the object, for plugins that are granted the credential `storage`. */
  readonly storage?: SignRequest;
  /** Validated against the schema that the plugin gives for its type, before it is called. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly mounts?: Readonly<Record<string, string>>;
  /** What the plugin reads in place of files below a mount, see `PluginCall.files`. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  readonly out?: string;
  readonly limits?: Partial<CallLimits>;
  readonly signal?: AbortSignal;
}

/** The answer of a plugin. */
export interface PluginResult<T> extends CallResult<T> {
  /** Digest of the module that gave it: another one may have taken over since it was looked for. */
  readonly digest: string;
}

/** The plugins of this process. They come, go and change while it runs. */
export interface Plugins {
  /** What would be called now, or undefined. */
  find(kind: PluginKind, type: string): InstalledPlugin | undefined;
  list(): readonly InstalledPlugin[];
  /**
   * Calls a plugin with just what it is granted.
   * @throws FluxError: FLUX_E_PLUGIN_MISSING naming what is installed, FLUX_E_PLUGIN_NAMESPACE when the namespace may not use it,
   * FLUX_E_PLUGIN_SUSPENDED, FLUX_E_PLUGIN_UNAVAILABLE, FLUX_E_PLUGIN_CONFIG, FLUX_E_PLUGIN_CREDENTIAL, FLUX_E_PLUGIN_IDENTITY,
   * FLUX_E_PLUGIN_BROKEN while its circuit is open, and what Sandbox.call throws
   */
  call<T>(use: PluginUse): Promise<PluginResult<T>>;
  /** Tells when a use was added, changed or taken away: those who need it have something to do. */
  onChange(listener: (kind: PluginKind, type: string) => void): () => void;
}
