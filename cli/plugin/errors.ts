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

export function notInstalled(name: string): FluxError {
  return installError(
    `plugin ${JSON.stringify(name)} is not installed`,
    'see "flux plugin list" for those that are',
  );
}
