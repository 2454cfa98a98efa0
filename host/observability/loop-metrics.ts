import { Gauge, type Registry } from 'prom-client';

/** How often the main thread is looked at, ms. */
const everyMs = 20;

/**
 * Tells work that keeps the main thread from everything else from waiting for a core: `nodejs_eventloop_lag_*` grows with both, this only with the first. Each look at
 * the page begins anew.
 */
export function loopMetrics(registry: Registry): void {
  let longest = 0;
  let before = cpuTime();
  const look = () => {
    const now = cpuTime();
    // All of it was spent between two turns of this timer.
    longest = Math.max(longest, now - before);
    before = now;
  };
  setInterval(look, everyMs).unref();
  new Gauge({
    name: 'flux_host_main_thread_busy_seconds_max',
    help: `Longest CPU time that the main thread spent without serving a timer of ${everyMs} ms, since the last look.`,
    registers: [registry],
    collect() {
      look();
      this.set(longest / 1e6);
      longest = 0;
    },
  });
}

/** Of this thread, µs. */
function cpuTime(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
