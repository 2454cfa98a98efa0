import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { OpenPlugin } from '@flux-host/sdk/testing';
import { lineDifferences } from '../conformance/diff.ts';
import { structureCharts } from '../helm/charts/structure.ts';
import { templateCharts } from '../helm/charts/templates.ts';
import { openHelmPlugin } from '../helm/plugin.ts';
import { type Capabilities, capabilitiesOf, requestOf, textOf } from '../helm/rendering.ts';
import { type Helm, startHelm } from '../helpers/helm.ts';
import { type Bench, type BenchOptions, percentile, type Row, row } from './bench.ts';

export const bench: Bench = {
  about:
    'charts (--dir, as often as wanted) rendered by the plugin and by helm (--peer: folder with it), each difference',
  run,
};

/**
 * Renders charts with their defaults in both ways. Without `--dir` it takes the charts of the tests. `time` is the median of rendering in the sandbox,
 * its peer that of `helm template`, which starts a process.
 */
async function run({ dirs = [], peer, log }: BenchOptions): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-charts-'));
  const [plugin, helm] = await Promise.all([openHelmPlugin(), peer ? helmIn(peer) : startHelm()]);
  try {
    const write = (files: Readonly<Record<string, string>>) =>
      writeTo(mkdtempSync(join(dir, 'chart-')), files);
    const charts =
      dirs.length > 0
        ? dirs.flatMap((each) => chartsIn(resolve(each)))
        : [...templateCharts, ...structureCharts].filter(isPlain).map(({ files }) => write(files));
    if (charts.length === 0) throw new Error(`there is no chart in ${dirs.join(', ')}`);
    const assumed = await capabilitiesOf(helm, write);
    const results: Result[] = [];
    for (const chart of charts) {
      const result = await compare(chart, { plugin, helm, assumed });
      if (result.differences) log(`${chart}\n${result.differences}`);
      results.push(result);
    }
    const different = results.filter(({ differences }) => differences);
    const times = (of: (result: Result) => number) => percentile(results.map(of), 0.5);
    return [
      row('charts', '', results.length),
      row('equal', '', results.length - different.length),
      row('different', '', different.length),
      row(
        'time',
        'ms',
        times(({ ours }) => ours),
        times(({ theirs }) => theirs),
      ),
    ];
  } finally {
    await Promise.all([plugin.close(), helm.close()]);
    rmSync(dir, { recursive: true });
  }
}

/** Those of the tests that need nothing beside their files. */
const isPlain = (chart: object): boolean =>
  !['values', 'isUpgrade', 'kubeVersion', 'apiVersions'].some((field) => field in chart);

function writeTo(dir: string, files: Readonly<Record<string, string>>): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
  return dir;
}

async function helmIn(dir: string): Promise<Helm> {
  const home = mkdtempSync(join(tmpdir(), 'bench-helm-'));
  return {
    async run(args, env = {}) {
      const options = { env: { HOME: home, ...env }, maxBuffer: 64 * 2 ** 20 };
      return (await promisify(execFile)(join(dir, 'helm'), [...args], options)).stdout;
    },
    close: async () => rmSync(home, { recursive: true, force: true }),
  };
}

/** The path itself, when it is a chart or an archive of one; else the charts in it. */
function chartsIn(path: string): string[] {
  if (path.endsWith('.tgz') || existsSync(join(path, 'Chart.yaml'))) return [path];
  return readdirSync(path)
    .map((name) => join(path, name))
    .filter((each) => each.endsWith('.tgz') || existsSync(join(each, 'Chart.yaml')))
    .toSorted();
}

interface Result {
  /** Nothing when both gave the same, or failed alike. */
  readonly differences: string;
  /** Milliseconds. */
  readonly ours: number;
  readonly theirs: number;
}

async function compare(
  chart: string,
  { plugin, helm, assumed }: { plugin: OpenPlugin; helm: Helm; assumed: Capabilities },
): Promise<Result> {
  const began = performance.now();
  const expected = await helm.run(['template', 'web', chart, '-n', 'apps']).catch((error: unknown) => ({
    error: String(Object(error).stderr),
  }));
  const theirs = performance.now() - began;
  const at = { folder: dirname(chart), chart: basename(chart) };
  const request = { ...requestOf({}, assumed), chart: at.chart };
  let result = await plugin.run({ operation: 'render', folder: at.folder, request });
  let ours = result.durationMs;
  // Without a cluster nothing is found.
  const lookups: unknown[] = [];
  for (let wanted = wantedOf(result.output); wanted.length > 0; wanted = wantedOf(result.output)) {
    lookups.push(...wanted);
    result = await plugin.run({ operation: 'render', folder: at.folder, request: { ...request, lookups } });
    ours += result.durationMs;
  }
  if (typeof expected !== 'string') {
    const isSame = result.failure !== undefined;
    return { differences: isSame ? '' : `helm fails, the plugin does not: ${expected.error}`, ours, theirs };
  }
  if (result.failure) return { differences: `the plugin fails: ${result.failure.message}`, ours, theirs };
  const actual = textOf(Object(result.output));
  return {
    differences: actual === expected ? '' : lineDifferences(expected, actual).join('\n'),
    ours,
    theirs,
  };
}

function wantedOf(output: unknown): readonly unknown[] {
  const { lookups } = Object(output);
  return Array.isArray(lookups) ? lookups : [];
}
