import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { HelmChart } from '@flux-host/crds/source/helm-chart.ts';
import { HelmRepository } from '@flux-host/crds/source/helm-repository.ts';
import { tarHeader } from '@flux-host/host/artifacts/tar-header.ts';
import { listen } from '../helpers/git/listen.ts';
import { type Bench, type BenchOptions, row } from './bench.ts';
import { fluxControllers } from './flux-controllers.ts';
import { watchUsage } from './resources.ts';
import { namespace, onStage, type Stage } from './stage.ts';
import { fluxHost, type System } from './system.ts';

const versionsEach = 50;
const charts = 2000;
/** What Flux takes at most, less a little. */
const indexBytes = 50_000_000;
const patienceMs = 600_000;

export const bench: Bench = {
  about:
    'N HelmCharts of one index of 50 MB with 100,000 versions, until all are Ready (--n 200, --peer DIR)',
  async run(options) {
    const { n = 200, log } = options;
    const flux = options.peer ? fluxControllers(options.peer) : undefined;
    const server = await serve(n);
    try {
      log(`an index of ${(server.bytes / 1e6).toFixed(1)} MB`);
      const ours = await measure(fluxHost, options, server.url);
      const peer = flux && (await measure(flux, options, server.url));
      return [
        row('index ready', 's', ours.index, peer?.index),
        row('charts ready', 's', ours.charts, peer?.charts),
        row('rss', 'MiB', ours.rss, peer?.rss),
        row('cpu', 's', ours.cpu, peer?.cpu),
      ];
    } finally {
      server.close();
    }
  },
};

/** A repository whose charts are made when they are asked for. */
async function serve(n: number): Promise<{ url: string; bytes: number; close(): void }> {
  const index = Buffer.from(indexOf(n));
  const server = createServer(({ url = '' }, response) => {
    const [, name = '', version = ''] = /^\/(chart-\d+)-(\d+\.\d+\.\d+)\.tgz$/.exec(url) ?? [];
    response.end(url === '/index.yaml' ? index : archive(name, version));
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  return { url, bytes: index.length, close: () => void server.close() };
}

function indexOf(n: number): string {
  const filler = 'a change that somebody made '.repeat(20);
  const parts = ['apiVersion: v1\nentries:\n'];
  const entryBytes = Math.floor(indexBytes / (charts * versionsEach));
  for (let chart = 0; chart < charts; chart++) {
    const name = `chart-${chart}`;
    parts.push(`  ${name}:\n`);
    for (let minor = versionsEach - 1; minor >= 0; minor--) {
      const version = `1.${minor}.0`;
      const isFetched = chart < n && minor === versionsEach - 1;
      const digest = isFetched ? createHash('sha256').update(archive(name, version)).digest('hex') : '';
      const fixed = `    apiVersion: v2\n    created: "2026-01-01T00:00:00Z"\n    description: One of many\n${digest && `    digest: ${digest}\n`}    name: ${name}\n    urls:\n    - ${name}-${version}.tgz\n    version: ${version}\n`;
      const change = filler.slice(0, Math.max(1, entryBytes - fixed.length - 100));
      parts.push(
        `  - annotations:\n      artifacthub.io/changes: |\n        - kind: added\n          description: ${change}\n${fixed}`,
      );
    }
  }
  return parts.join('');
}

function archive(name: string, version: string): Buffer {
  const content = Buffer.from(`apiVersion: v2\nname: ${name}\nversion: ${version}\n`);
  const header = tarHeader({
    name: Buffer.from(`${name}/Chart.yaml`),
    mode: 0o644,
    size: content.length,
    type: 'file',
  });
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return gzipSync(Buffer.concat([header, content, padding, Buffer.alloc(1024)]));
}

interface Measured {
  readonly index: number;
  readonly charts: number;
  readonly rss: number;
  readonly cpu: number;
}

async function measure(system: System, { n = 200, log }: BenchOptions, url: string): Promise<Measured> {
  log(`${system.name}: one HelmRepository, ${n} HelmCharts`);
  return onStage(system, async (stage) => {
    const usage = watchUsage(stage.system.pids);
    const repository: HelmRepository = {
      apiVersion: HelmRepository.apiVersion,
      kind: HelmRepository.kind,
      metadata: { name: 'charts', namespace },
      spec: { url, interval: '1h', timeout: '5m' },
    };
    const index = await seconds(async () => {
      await stage.apply([repository]);
      await allReady(stage, HelmRepository, 1);
    });
    const objects = Array.from({ length: n }, (_, number) => chart(number));
    const ready = await seconds(async () => {
      await stage.apply(objects);
      await allReady(stage, HelmChart, n);
    });
    const { rss, cpu } = usage.stop();
    return { index, charts: ready, rss, cpu };
  });
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function chart(number: number): HelmChart {
  return {
    apiVersion: HelmChart.apiVersion,
    kind: HelmChart.kind,
    metadata: { name: `chart-${number}`, namespace },
    spec: {
      chart: `chart-${number}`,
      version: '1.x',
      interval: '1h',
      sourceRef: { kind: 'HelmRepository', name: 'charts' },
    },
  };
}

async function allReady(
  { client }: Stage,
  resource: typeof HelmRepository | typeof HelmChart,
  n: number,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const { items } = await client.list<HelmRepository | HelmChart>(resource, { namespace });
    const late = items.find(
      ({ status }) => !status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    );
    if (!late && items.length >= n) return;
    if (performance.now() > deadline) {
      const message = late?.status?.conditions?.find(({ type }) => type === 'Ready')?.message;
      throw new Error(`not done after ${patienceMs / 1000} s; ${late?.metadata.name}: ${message}`);
    }
    await sleep(200);
  }
}
