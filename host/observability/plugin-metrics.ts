import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** One call of a plugin's export. */
export interface PluginCall {
  readonly plugin: string;
  /** The export, e.g. `build`. */
  readonly operation: string;
  /**
   * `ok`, or why it failed: `error` (the plugin said so, or the network), `trap`, `timeout`, `memory`, `abi`, `output`, `broken` (its circuit is
   * open), `denied`, `aborted`.
   */
  readonly result: string;
  readonly seconds: number;
}

export interface PluginMetrics {
  pluginCall(call: PluginCall): void;
  /** Modules that are compiled at this moment. */
  pluginModules(count: number): void;
  /** Namespaces for which a plugin is not called because it keeps breaking down. */
  pluginCircuits(plugin: string, open: number): void;
  /** A new module was replaced by the one before it. */
  pluginRollback(plugin: string): void;
  /** Ends the series of a plugin that was taken away. */
  pluginGone(plugin: string): void;
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
  const modules = new Gauge({
    name: 'flux_host_plugin_modules',
    help: 'Plugin modules that are compiled and in memory.',
    registers,
  });
  const circuits = new Gauge({
    name: 'flux_host_plugin_circuits_open',
    help: 'Namespaces for which the plugin is not called, because it keeps breaking down.',
    labelNames: ['plugin'],
    registers,
  });
  const rollbacks = new Counter({
    name: 'flux_host_plugin_rollbacks_total',
    help: 'New modules that broke down and were replaced by the one before.',
    labelNames: ['plugin'],
    registers,
  });
  return {
    pluginModules: (count) => modules.set(count),
    pluginCircuits: (plugin, open) => circuits.set({ plugin }, open),
    pluginRollback: (plugin) => rollbacks.inc({ plugin }),
    pluginGone: (plugin) => circuits.remove({ plugin }),
    pluginCall({ plugin, operation, result, seconds }) {
      calls.inc({ plugin, operation, result });
      duration.observe({ plugin, operation }, seconds);
    },
  };
}
