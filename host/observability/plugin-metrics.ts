import { Counter, Histogram, type Registry } from 'prom-client';

/** One call of a plugin's export. */
export interface PluginCall {
  readonly plugin: string;
  /** The export, e.g. `build`. */
  readonly operation: string;
  /** `ok`, or why it failed: `error` (the plugin said so), `trap`, `timeout`, `memory`, `denied`. */
  readonly result: string;
  readonly seconds: number;
}

export interface PluginMetrics {
  pluginCall(call: PluginCall): void;
}

/** From a warm policy (microseconds) to a build of thousands of objects. */
const CALL_SECONDS = [0.0001, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

export function pluginMetrics(registry: Registry): PluginMetrics {
  const registers = [registry];
  const calls = new Counter({
    name: 'flux_host_plugin_calls_total',
    help: 'Calls of plugins by outcome.',
    labelNames: ['plugin', 'operation', 'result'],
    registers,
  });
  const duration = new Histogram({
    name: 'flux_host_plugin_call_duration_seconds',
    help: 'Wall clock of plugin calls, without the wait for a free worker.',
    labelNames: ['plugin', 'operation'],
    buckets: CALL_SECONDS,
    registers,
  });
  return {
    pluginCall({ plugin, operation, result, seconds }) {
      calls.inc({ plugin, operation, result });
      duration.observe({ plugin, operation }, seconds);
    },
  };
}
