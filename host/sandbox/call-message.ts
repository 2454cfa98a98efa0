import { realpathSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { invalidAbi } from './errors.ts';
import type { CallMessage } from './protocol.ts';
import type { CallLimits, PluginCall } from './types.ts';

/** What applies to a call that does not say. */
export const defaultLimits: CallLimits = {
  timeoutMs: 60_000,
  outputBytes: 64 * 2 ** 20,
  outFileBytes: 1024 * 2 ** 20,
  outFiles: 100_000,
};

/** Instances are shared between calls of one plugin for one tenant, and not further. */
export function instanceKey({ plugin, tenant }: PluginCall): string {
  return `${plugin.digest} ${plugin.memoryBytes} ${tenant}`;
}

/** The digest of the module that an instance with this key was made from. */
export function moduleOf(key: string): string {
  return key.slice(0, key.indexOf(' '));
}

/** Whether an instance with this key was made from the module. */
export function isInstanceOf(key: string, digest: string): boolean {
  return key.startsWith(`${digest} `);
}

/**
 * Finds mistakes of the caller before a worker is taken.
 * @throws FluxError FLUX_E_PLUGIN_ABI when the plugin has no such function; Error for folders that cannot be mounted
 */
export function checkCall({ plugin, export: name, mounts, out }: PluginCall): void {
  if (!plugin.exports.includes(name)) throw invalidAbi(plugin.manifest.name, `does not export "${name}"`);
  for (const [point, folder] of Object.entries(mounts ?? {})) {
    if (!/^(\/[^/\0]+)+$/.test(point) || point.split('/').some((part) => part === '.' || part === '..')) {
      throw new Error(`"${point}" is no place for a mount`);
    }
    if (point === '/out' || point.startsWith('/out/')) throw new Error('nothing can be mounted below /out');
    checkFolder(folder);
  }
  if (out !== undefined) checkFolder(out);
}

function checkFolder(folder: string): void {
  if (!isAbsolute(folder)) throw new Error(`the folder ${folder} has to be an absolute path`);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`there is no folder ${folder}`);
}

/** The message that starts a call. */
export function callMessage(
  { plugin, export: name, input, config, mounts, files, out }: PluginCall,
  { call, limits, fresh }: { call: number; limits: CallLimits; fresh: boolean },
): CallMessage {
  return {
    type: 'call',
    call,
    export: name,
    // A plain copy: a pooled Buffer would take its neighbours along.
    input: new TextEncoder().encode(input === undefined ? '' : JSON.stringify(input)),
    config: config ?? {},
    // Links on the way to a folder are the host's own; those below it are not followed.
    mounts: Object.fromEntries(
      Object.entries(mounts ?? {}).map(([point, folder]) => [point, realpathSync(folder)]),
    ),
    files: files ?? {},
    out: out === undefined ? null : realpathSync(out),
    limits,
    instance: fresh ? { module: plugin.module, memoryBytes: plugin.memoryBytes } : null,
  };
}
