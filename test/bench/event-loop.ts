import { type Row, row } from './bench.ts';
import { scrape } from './metrics.ts';

/** How late the timers of a host's main thread were: what a probe, a webhook or a Lease renewal waits besides its own work. */
export interface LoopDelay {
  /** ms, as is `p99`. Of an idle loop it is the resolution of the measurement, 10 ms. */
  readonly max: number;
  readonly p99: number;
  /** Longest CPU time of the main thread in one go, ms: without what it waited for a core. */
  readonly cpu: number;
}

const name = (what: string) => `nodejs_eventloop_lag_${what}_seconds`;

/**
 * Watches the event loop of a host until `stop`, through its metrics page: each look at the page begins the histogram anew, so nobody else may look meanwhile.
 * @throws Error when the page has no such series
 */
export async function watchLoop(metrics: string): Promise<{ stop(): Promise<LoopDelay> }> {
  await scrape([metrics]);
  return {
    async stop() {
      const seen = await scrape([metrics]);
      const [max, p99] = [seen.sum(name('max')) * 1000, seen.sum(name('p99')) * 1000];
      const cpu = seen.sum('flux_host_main_thread_busy_seconds_max') * 1000;
      if (!(max > 0 && p99 > 0)) throw new Error(`${metrics} does not tell the delay of the event loop`);
      return { max, p99, cpu };
    },
  };
}

/** The rows of every bench that watches the event loop: `loop` is the longest delay, `loop cpu` what of such a delay is the host's own work. */
export function loopRows({ max, p99, cpu }: LoopDelay): Row[] {
  return [row('loop', 'ms', max), row('loop p99', 'ms', p99), row('loop cpu', 'ms', cpu)];
}
