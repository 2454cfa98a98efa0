import type { FluxError } from '../errors/flux-error.ts';
import type { OpenCircuit } from './breaker.ts';
import type { CatalogEntry, Conflict } from './catalog.ts';
import type { PluginFile } from './directories.ts';
import type { ModuleFile } from './modules.ts';
import type { CallFailure } from './statistics.ts';
import type { InstalledPlugin, Plugins } from './types.ts';

/** A module that was replaced by the one before it, because its first calls broke down. */
export interface Rollback {
  readonly plugin: string;
  /** Digests. */
  readonly from: string;
  readonly to: string;
  readonly error: FluxError;
}

/** How a plugin does, since the host started. */
export interface PluginState {
  readonly calls: number;
  readonly failures: number;
  readonly lastFailure: CallFailure | undefined;
  readonly circuits: readonly OpenCircuit[];
  /** Digest of the module that is called. */
  readonly digest: string | undefined;
  /** Whether that has proved itself, so that the one before it is not needed any more. */
  readonly proven: boolean;
  readonly conflict: Conflict | undefined;
}

/** The plugins of the process, with what an administrator's objects do to them. */
export interface PluginHost extends Plugins {
  /**
   * Installs a plugin or changes it. Another module takes over between two calls; calls that run on the old one come to their end.
   * @param previous module to go back to if the new one breaks down; default: the one that is called now
   */
  install(entry: CatalogEntry, previous?: PluginFile): void;
  /** Refuses calls of an installed plugin, or takes them again. */
  suspend(name: string, suspended: boolean): void;
  /** Takes an installed plugin away; a built-in of its name is back. */
  uninstall(name: string): void;
  /** @throws FluxError when the module cannot be compiled */
  compile(module: ModuleFile): Promise<void>;
  /** The built-in plugin of a name, be it replaced or not. */
  builtIn(name: string): InstalledPlugin | undefined;
  state(name: string): PluginState;
  /** Tells when what {@link state} says may have changed. */
  onState(listener: (name: string) => void): () => void;
  onRollback(listener: (rollback: Rollback) => void): () => void;
  close(): void;
}
