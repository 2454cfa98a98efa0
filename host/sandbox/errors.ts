import type { PluginFailure } from '@flux-host/sdk/contract/failure.ts';
import type { HostFailure } from '@flux-host/sdk/contract/host-functions.ts';
import { FluxError } from '../errors/flux-error.ts';
import type { LoadedPlugin } from './types.ts';

const named = (plugin: LoadedPlugin) => `plugin ${plugin.manifest.name}`;

/** The bytes are no module that the host can run. */
export const invalidModule = (what: string, cause?: unknown) =>
  new FluxError('FLUX_E_PLUGIN_INVALID', `the plugin's file ${what}`, {
    hint: 'build the plugin again, or check that the whole file was transferred',
    terminal: true,
    cause,
  });

/** The custom section with the manifest is missing or wrong. */
export const invalidManifest = (what: string, cause?: unknown) =>
  new FluxError('FLUX_E_PLUGIN_MANIFEST', `the plugin's manifest is not valid: ${what}`, {
    hint: 'the SDK writes the manifest into the module when it builds a plugin',
    terminal: true,
    cause,
  });

/** The module does not keep to the plugin ABI. */
export const invalidAbi = (plugin: string, what: string) =>
  new FluxError('FLUX_E_PLUGIN_ABI', `plugin ${plugin} ${what}`, {
    hint: 'build the plugin with a version of the SDK that this host knows',
    terminal: true,
  });

/** The module wants more memory from the start than it may have. */
export const memoryTooLarge = (plugin: string, needs: number, limit: number) =>
  new FluxError(
    'FLUX_E_PLUGIN_MEMORY',
    `plugin ${plugin} needs ${mebibytes(needs)} of memory to start, its limit is ${mebibytes(limit)}`,
    {
      hint: 'raise requests.memory in its manifest, and the limit of the host if it is lower',
      terminal: true,
    },
  );

/** A call ran into the memory limit. */
export const outOfMemory = (plugin: LoadedPlugin, what: string) =>
  new FluxError(
    'FLUX_E_PLUGIN_MEMORY',
    `${named(plugin)} ran out of memory, its limit is ${mebibytes(plugin.memoryBytes)}${what ? `: ${what}` : ''}`,
    { hint: 'raise requests.memory in its manifest, and the limit of the host if it is lower' },
  );

/** Why a call took too long: the plugin waited for somebody else. */
export class WaitedForNetwork extends Error {}

/** A call did not come to its end in time. */
export function timedOut(
  plugin: LoadedPlugin,
  name: string,
  { timeoutMs, blocked }: { timeoutMs: number; blocked: boolean },
): FluxError {
  const message = `${named(plugin)} did not finish "${name}" within ${timeoutMs} ms`;
  if (!blocked) {
    return new FluxError('FLUX_E_PLUGIN_TIMEOUT', message, {
      hint: 'raise the timeout of the object or of the plugin if the work takes that long',
    });
  }
  return new FluxError('FLUX_E_PLUGIN_TIMEOUT', `${message}: it was waiting for the network`, {
    hint: 'check that the server answers, or raise the timeout of the object if it takes that long',
    cause: new WaitedForNetwork(message),
  });
}

/** The plugin's code crashed. */
export const trapped = (plugin: LoadedPlugin, what: string) =>
  new FluxError('FLUX_E_PLUGIN_TRAP', `${named(plugin)} crashed: ${what}`, {
    hint: "this is a fault of the plugin: tell its author, with the plugin's log",
  });

/** The answer is too large or not what the contract says. */
export const badOutput = (plugin: LoadedPlugin, what: string) =>
  new FluxError('FLUX_E_PLUGIN_OUTPUT', `the answer of ${named(plugin)} cannot be used: ${what}`);

/** The plugin reported a failure itself. */
export const pluginFailed = ({ message, reason, hint, terminal, retryAfterMs }: PluginFailure) =>
  new FluxError('FLUX_E_PLUGIN_FAILED', message, {
    ...(reason === undefined ? {} : { reason }),
    ...(hint === undefined ? {} : { hint }),
    ...(terminal === undefined ? {} : { terminal }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

/** More calls are waiting than the host is willing to keep. */
export const queueFull = (waiting: number) =>
  new FluxError('FLUX_E_PLUGIN_BUSY', `${waiting} plugin calls are waiting already`, {
    hint: 'lower the concurrency of the host, or give it more CPUs',
    retryAfterMs: 5_000,
  });

/** The sandbox was closed while a call was waiting or running. */
export const closed = () => new FluxError('FLUX_E_PLUGIN_CLOSED', 'the host is shutting down');

/** A failure that went through a plugin that could not be told of it. */
export function ofHostFailure({ code, message, hint, terminal, retryAfterMs }: HostFailure): FluxError {
  const known = code.startsWith('FLUX_E_') ? (`FLUX_E_${code.slice(7)}` as const) : 'FLUX_E_PLUGIN_FAILED';
  return new FluxError(known, message, {
    ...(hint === undefined ? {} : { hint }),
    ...(terminal === undefined ? {} : { terminal }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)}Mi`;
}
