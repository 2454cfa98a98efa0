import { FluxError } from '../errors/flux-error.ts';
import type { PluginMetrics } from '../observability/plugin-metrics.ts';
import type { Sandbox } from '../sandbox/types.ts';

const results: Readonly<Record<string, string>> = {
  FLUX_E_PLUGIN_TIMEOUT: 'timeout',
  FLUX_E_PLUGIN_MEMORY: 'memory',
  FLUX_E_PLUGIN_TRAP: 'trap',
};

/** The same sandbox, with every call counted by plugin and outcome. */
export function measuredSandbox(sandbox: Sandbox, metrics: PluginMetrics): Sandbox {
  return {
    load: (bytes) => sandbox.load(bytes),
    close: () => sandbox.close(),
    async call<T>(call: Parameters<Sandbox['call']>[0]) {
      const began = performance.now();
      let result = 'ok';
      try {
        return await sandbox.call<T>(call);
      } catch (error) {
        result = (error instanceof FluxError && results[error.code]) || 'error';
        throw error;
      } finally {
        const seconds = (performance.now() - began) / 1000;
        metrics.pluginCall({ plugin: call.plugin.manifest.name, operation: call.export, result, seconds });
      }
    },
  };
}
