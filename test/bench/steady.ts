import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type BenchOptions, row } from './bench.ts';
import { fluxControllers } from './flux-controllers.ts';
import { watchUsage } from './resources.ts';
import { isReady, onStage, type Stage } from './stage.ts';
import { type System, unwatchedHost } from './system.ts';
import { tenObjects, tenObjectsResources } from './ten-objects.ts';
import { look, reconcilesOf, requestsOf, type View, writesOf } from './view.ts';
import { gitRepository, kustomization } from './workload.ts';

const intervals = 3;
const intervalSeconds = 20;
/** How long the controllers of the control plane may go on with what was created. */
const settleMs = 5000;
/** Reading the metrics of a hundred objects costs the host more than ten reconciles: no more often than Prometheus would. */
const scrapeMs = 15_000;

export const bench: Bench = {
  about: 'N Kustomizations of 10 objects that nobody changes, for 3 intervals (--n 100, --peer DIR)',
  async run(options) {
    const flux = options.peer ? fluxControllers(options.peer) : undefined;
    const ours = await measure(unwatchedHost, options);
    const peer = flux && (await measure(flux, options));
    return [
      row('writes', 'per object and interval', ours.writes, peer?.writes),
      row('requests', 'per object and interval', ours.requests, peer?.requests),
      row('cpu', '%', ours.cpu, peer?.cpu),
      row('rss', 'MiB', ours.rss, peer?.rss),
    ];
  },
};

interface Measured {
  /** Writes to the kinds that were applied, as the API server counted them; dry runs are among them. */
  readonly writes: number;
  /** Requests of any kind and to any object, as the system itself counted them. */
  readonly requests: number;
  readonly cpu: number;
  readonly rss: number;
}

async function measure(system: System, { n = 100, log }: BenchOptions): Promise<Measured> {
  log(`${system.name}: ${n} Kustomizations of 10 objects, every ${intervalSeconds} s`);
  return onStage(system, async (stage) => {
    const { url } = await stage.git.createRepository('source-0', tenObjects);
    const objects = Array.from({ length: n }, (_, index) =>
      kustomization(`app-${index}`, {
        interval: `${intervalSeconds}s`,
        postBuild: { substitute: { INDEX: `n${index}` } },
      }),
    );
    await stage.apply([gitRepository('source-0', url), ...objects]);
    await stage.until((all) => all.length === n && all.every(isReady));
    await sleep(settleMs);
    const usage = watchUsage(stage.system.pids);
    const began = performance.now();
    const before = await look(stage);
    // Each object was created: without a trace of that, no trace of later writes would mean nothing.
    if (writesOf(before, tenObjectsResources) < n * 10)
      throw new Error('the API server does not count the writes');
    log(`${system.name}: all are Ready; watching ${intervals} intervals`);
    const after = await reconciled(stage, reconcilesOf(before) + intervals * n);
    const seconds = (performance.now() - began) / 1000;
    const { cpu, rss } = usage.stop();
    const times = (reconcilesOf(after) - reconcilesOf(before)) * 10;
    return {
      writes: (writesOf(after, tenObjectsResources) - writesOf(before, tenObjectsResources)) / times,
      requests: (requestsOf(after) - requestsOf(before)) / times,
      cpu: (cpu / seconds) * 100,
      rss,
    };
  });
}

/** Waits until the Kustomizations were reconciled so often, by the system's own count. */
async function reconciled(stage: Stage, count: number): Promise<View> {
  const deadline = performance.now() + 600_000;
  for (;;) {
    const view = await look(stage);
    if (reconcilesOf(view) >= count) return view;
    if (performance.now() > deadline) throw new Error('the intervals did not pass within 10 minutes');
    await sleep(scrapeMs);
  }
}
