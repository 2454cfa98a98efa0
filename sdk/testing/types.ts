import type { PluginFailure } from '../contract/failure.ts';
import type { PluginKind, PluginManifest } from '../contract/manifest.ts';
import type { RecordedRequest, Respond } from './recorded.ts';
import type { Files } from './trees.ts';

export interface RunOptions {
  /** What the plugin is called for; default: its first use. */
  readonly kind?: PluginKind;
  /** Exported function; default: the first one of the kind. */
  readonly operation?: string;
  /** As in the contract of the kind, without `secret`; default: the first golden example of the operation. */
  readonly request?: Readonly<Record<string, unknown>>;
  /**
   * Entries of the Secret that the object refers to, as text. The plugin is shown those that it requests as `secretKeys`; the host uses
   * all of them for credentials.
   */
  readonly secret?: Readonly<Record<string, string>>;
  /** What `$address` stands for; default: `provider.address` of the request. */
  readonly address?: string;
  /** What the plugin finds below `/in`. */
  readonly files?: Files;
  /** A folder for `/in`, instead of `files`. */
  readonly folder?: string;
  /** What servers answer; default: status 200 with `{}`. */
  readonly respond?: Respond;
  /** Connects for real instead of recording. */
  readonly live?: boolean;
  /** Certificates that the object brings along for its address, PEM. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** Longest call, ms; default: what the plugin requests, at most a minute. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A failure as the host sees it. */
export interface RunFailure extends PluginFailure {
  /** `FLUX_E_PLUGIN_FAILED` when the plugin reported it itself. */
  readonly code: string;
}

export interface RunResult {
  /** The answer of the plugin; undefined when it failed or had nothing to say. */
  readonly output: unknown;
  readonly failure?: RunFailure;
  /** Requests as they went out, or would have. Empty when live. */
  readonly requests: readonly RecordedRequest[];
  /** What the plugin wrote below `/out`, as text by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Lines that the plugin logged, with their level in front. */
  readonly log: readonly string[];
  /** Of the call alone. */
  readonly durationMs: number;
}

/** A plugin that is loaded into a sandbox of its own. */
export interface OpenPlugin {
  readonly manifest: PluginManifest;
  /** `sha256:<hex>` */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly exports: readonly string[];
  /** Calls it once. @throws TypeError for a request that the contract does not allow, FluxError for a config that the plugin's schema does not allow */
  run(options?: RunOptions): Promise<RunResult>;
  close(): Promise<void>;
}
