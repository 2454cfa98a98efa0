import { FluxError } from '../errors/flux-error.ts';

export function noSuchPlugin(what: string, installed: readonly string[]): FluxError {
  return new FluxError('FLUX_E_PLUGIN_MISSING', `no plugin ${what} is installed`, {
    reason: 'PluginNotFound',
    hint: `installed are: ${installed.join(', ') || 'none'}; see --plugins-dir`,
  });
}

export function badPluginFile(file: string, cause: unknown): FluxError {
  const text =
    cause instanceof FluxError ? cause.text : cause instanceof Error ? cause.message : String(cause);
  return new FluxError('FLUX_E_PLUGIN_LOAD', `plugin file ${file} cannot be used: ${text}`, { cause });
}
