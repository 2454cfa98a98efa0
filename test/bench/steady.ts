import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type BenchOptions, row } from './bench.ts';
import { fluxControllers } from './flux-controllers.ts';
import { type Metrics, parseMetrics, scrape } from './metrics.ts';
import { watchUsage } from './resources.ts';
import { isReady, onStage, type Stage } from './stage.ts';
import { fluxHost, type System } from './system.ts';
import { tenObjects, tenObjectsResources } from './ten-objects.ts';
import { gitRepository, kustomization } from './workload.ts';

const intervals = 3;
const intervalSeconds = 20;
/** How long the controllers of the control plane may go on with what was created. */
const settleMs = 5000;
/** Reading the metrics of a hundred objects costs the host more than a reconcile: no more often than Prometheus would. */
const scrapeMs = 5000;
const writing = new Set(['APPLY', 'PATCH', 'POST', 'PUT', 'DELETE', 'DELETECOLLECTION']);

export const bench: Bench = {
  about: 'N Kustomizations of 10 objects that nobody changes, for 3 intervals (--n 100, --peer DIR)',
  async run(options) {
    const flux = options.peer ? fluxControllers(options.peer) : undefined;
    const ours = await measure(fluxHost, options);
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
    if (writesOf(before.server) < n * 10) throw new Error('the API server does not count the writes');
    log(`${system.name}: all are Ready; watching ${intervals} intervals`);
    const after = await reconciled(stage, reconcilesOf(before.own) + intervals * n);
    const seconds = (performance.now() - began) / 1000;
    const { cpu, rss } = usage.stop();
    const times = (reconcilesOf(after.own) - reconcilesOf(before.own)) * 10;
    return {
      writes: (writesOf(after.server) - writesOf(before.server)) / times,
      requests: (requestsOf(after.own) - requestsOf(before.own)) / times,
      cpu: (cpu / seconds) * 100,
      rss,
    };
  });
}

interface View {
  readonly own: Metrics;
  readonly server: Metrics;
}

async function look(stage: Stage): Promise<View> {
  const [own, server] = await Promise.all([scrape(stage.system.metrics), stage.serverMetrics()]);
  return { own, server: parseMetrics([server]) };
}

/** Waits until the Kustomizations were reconciled so often, by the system's own count. */
async function reconciled(stage: Stage, count: number): Promise<View> {
  const deadline = performance.now() + 600_000;
  while (reconcilesOf(await scrape(stage.system.metrics)) < count) {
    if (performance.now() > deadline) throw new Error('the intervals did not pass within 10 minutes');
    await sleep(scrapeMs);
  }
  return look(stage);
}

function reconcilesOf(metrics: Metrics): number {
  return metrics.sum(
    'controller_runtime_reconcile_total',
    ({ controller }) => controller === 'kustomization',
  );
}

function requestsOf(metrics: Metrics): number {
  return metrics.sum('rest_client_requests_total');
}

function writesOf(metrics: Metrics): number {
  return metrics.sum(
    'apiserver_request_total',
    ({ resource = '', verb = '' }) => tenObjectsResources.has(resource) && writing.has(verb),
  );
}
