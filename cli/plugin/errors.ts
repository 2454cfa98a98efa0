import type { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { commandError } from '../command/errors.ts';

/** The catalog of native plugins, or what it says of a plugin, cannot be used. */
export function catalogError(message: string, hint?: string): FluxError {
  return commandError('FLUX_E_CLI_PLUGIN_CATALOG', message, hint);
}

/** A plugin cannot be put into, or taken out of, the plugin folder. */
export function installError(message: string, hint?: string): FluxError {
  return commandError('FLUX_E_CLI_PLUGIN_INSTALL', message, hint);
}

export function notInstalled(name: string, hint = 'see "flux plugin list" for those that are'): FluxError {
  return installError(`plugin ${JSON.stringify(name)} is not installed`, hint);
}

/** A folder with the sources of a plugin is not as it has to be. */
export function projectError(message: string, hint?: string): FluxError {
  return commandError('FLUX_E_CLI_PLUGIN_PROJECT', message, hint);
}

/** The sources of a plugin do not become a module. */
export function buildFailed(message: string, hint?: string): FluxError {
  return commandError('FLUX_E_CLI_PLUGIN_BUILD', message, hint);
}

/** A file, address or value that a command about Wasm plugins was given cannot be used. */
export function inputError(message: string, hint?: string): FluxError {
  return commandError('FLUX_E_CLI_PLUGIN_INPUT', message, hint);
}
