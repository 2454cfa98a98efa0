import { FluxError } from '../errors/flux-error.ts';
import { WaitedForNetwork } from '../sandbox/errors.ts';
import type { Health } from './breaker.ts';

/** Results of calls in the metrics, by the code of the error. */
const results: Readonly<Record<string, string>> = {
  FLUX_E_PLUGIN_TIMEOUT: 'timeout',
  FLUX_E_PLUGIN_MEMORY: 'memory',
  FLUX_E_PLUGIN_TRAP: 'trap',
  FLUX_E_PLUGIN_ABI: 'abi',
  FLUX_E_PLUGIN_OUTPUT: 'output',
  FLUX_E_PLUGIN_BROKEN: 'broken',
  FLUX_E_PLUGIN_NAMESPACE: 'denied',
  FLUX_E_PLUGIN_SUSPENDED: 'denied',
  FLUX_E_PLUGIN_CONFIG: 'denied',
};

/** Faults of the plugin's code, whatever it was asked. */
const breakdowns = new Set(['timeout', 'memory', 'trap', 'abi', 'output']);

/** Label of a failed call: `error` for what the plugin, or the network, said itself. */
export function resultOf(error: unknown): string {
  return (error instanceof FluxError && results[error.code]) || 'error';
}

/** What a failed call says about the plugin. A clean failure is its own; a server that does not answer is not its fault. */
export function healthOf(error: unknown): Health {
  if (!(error instanceof FluxError) || error.cause instanceof WaitedForNetwork) return 'unknown';
  if (error.code === 'FLUX_E_PLUGIN_FAILED') return 'well';
  return breakdowns.has(resultOf(error)) ? 'broken' : 'unknown';
}
