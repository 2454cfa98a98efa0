import { Gauge, type Registry } from 'prom-client';

/**
 * The two metrics of Go's runtime that Flux's dashboards ask for: how many controllers run, and how much memory they use. The others of `go_*` would mean
 * nothing here.
 */
export function goMetrics(registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: 'go_info',
    help: 'Information about the runtime, under the name that dashboards count controllers by.',
    labelNames: ['version'],
    registers,
  }).set({ version: `node-${process.versions.node}` }, 1);
  new Gauge({
    name: 'go_memstats_alloc_bytes',
    help: 'Number of bytes in use: the heaps of JavaScript and what they hold outside of them, of the main thread.',
    registers,
    collect() {
      const { heapUsed, external } = process.memoryUsage();
      this.set(heapUsed + external);
    },
  });
}
