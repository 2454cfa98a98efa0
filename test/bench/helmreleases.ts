import { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { HelmRepository } from '@flux-host/crds/source/helm-repository.ts';
import { isReady } from '@flux-host/host/reconcile/conditions.ts';
import { type ChartRepository, startChartRepository } from '../helpers/chart-repository.ts';
import { type Bench, type BenchOptions, row } from './bench.ts';
import { type LoopDelay, loopRows, watchLoop } from './event-loop.ts';
import { fluxControllers } from './flux-controllers.ts';
import { scrape } from './metrics.ts';
import { watchUsage } from './resources.ts';
import { publishSmallChart, smallRelease } from './small-chart.ts';
import { namespace, onStage, type Stage } from './stage.ts';
import { helmHost, type System } from './system.ts';
import { watchUntil } from './watch.ts';

const first = '1.0.0';
const second = '1.1.0';

export const bench: Bench = {
  about:
    'N HelmReleases of a chart of 4 objects, until all are Ready, then another version of the chart for all (--n 100, --peer DIR)',
  async run(options) {
    const flux = options.peer ? fluxControllers(options.peer, 'helm-controller') : undefined;
    const ours = await measure(helmHost, options);
    const peer = flux && (await measure(flux, options));
    return [
      row('ready', 's', ours.ready.seconds, peer?.ready.seconds),
      row('upgrade', 's', ours.upgrade.seconds, peer?.upgrade.seconds),
      row('rss', 'MiB', ours.rss, peer?.rss),
      row('cpu', '%', ours.cpu, peer?.cpu),
      row('ready cpu', 's', ours.ready.cpu, peer?.ready.cpu),
      row('upgrade cpu', 's', ours.upgrade.cpu, peer?.upgrade.cpu),
      row('ready requests', 'per release', ours.ready.requests, peer?.ready.requests),
      row('upgrade requests', 'per release', ours.upgrade.requests, peer?.upgrade.requests),
      ...(ours.loop ? loopRows(ours.loop) : []),
    ];
  },
};

/** What it took until all releases were as they should be. */
interface Phase {
  readonly seconds: number;
  /** CPU time, s. */
  readonly cpu: number;
  /** Requests to the API server for each release, watches and all, as the system itself counted them. */
  readonly requests: number;
  /** Only of what runs on Node. */
  readonly loop?: LoopDelay;
}

interface Measured {
  readonly ready: Phase;
  readonly upgrade: Phase;
  readonly rss: number;
  readonly cpu: number;
  readonly loop?: LoopDelay;
}

async function measure(system: System, options: BenchOptions): Promise<Measured> {
  const charts = await startChartRepository();
  try {
    await publishSmallChart(charts, first);
    return await onStage(system, (stage) => play(stage, charts, options));
  } finally {
    await charts.close();
  }
}

async function play(
  stage: Stage,
  charts: ChartRepository,
  { n = 100, log }: BenchOptions,
): Promise<Measured> {
  const { client, system, name } = stage;
  const stop = new AbortController();
  try {
    const until = await watchUntil<HelmRelease>(client, HelmRelease, stop.signal);
    const all = (version: string) =>
      until((objects) => objects.length === n && objects.every((object) => runs(object, version)));
    const usage = watchUsage(system.pids);
    log(`${name}: ${n} HelmReleases`);
    const ready = await phase(stage, n, async () => {
      await stage.apply([
        repository(charts.url),
        ...Array.from({ length: n }, (_, index) => smallRelease(`app-${index}`)),
      ]);
      await all(first);
    });
    log(`${name}: all are Ready; another version of the chart`);
    await publishSmallChart(charts, second);
    const upgrade = await phase(stage, n, async () => {
      await nudge(stage);
      await all(second);
    });
    const { rss } = usage.stop();
    const cpu = ((ready.cpu + upgrade.cpu) / (ready.seconds + upgrade.seconds)) * 100;
    const [loop] = [ready.loop, upgrade.loop]
      .filter((each) => each !== undefined)
      .toSorted((a, b) => b.max - a.max);
    return { ready, upgrade, rss, cpu, ...(loop ? { loop } : {}) };
  } finally {
    stop.abort();
  }
}

async function phase({ system }: Stage, n: number, work: () => Promise<void>): Promise<Phase> {
  const requests = async () => (await scrape(system.metrics)).sum('rest_client_requests_total');
  const before = await requests();
  const loop = system.loop && (await watchLoop(system.loop));
  const usage = watchUsage(system.pids);
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  const { cpu } = usage.stop();
  const delay = loop && (await loop.stop());
  return { seconds, cpu, requests: ((await requests()) - before) / n, ...(delay ? { loop: delay } : {}) };
}

function runs(object: HelmRelease, version: string): boolean {
  const [newest] = object.status?.history ?? [];
  return isReady(object) && newest?.chartVersion === version && newest.status === 'deployed';
}

function repository(url: string): HelmRepository {
  return {
    apiVersion: HelmRepository.apiVersion,
    kind: HelmRepository.kind,
    metadata: { name: 'charts', namespace },
    spec: { url, interval: '60m' },
  };
}

/** What `flux reconcile source helm` does. */
async function nudge({ client }: Stage): Promise<void> {
  await client.patch(
    HelmRepository,
    { namespace, name: 'charts' },
    { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': new Date().toISOString() } } },
    { type: 'merge', fieldManager: 'bench' },
  );
}
