import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { percentile, type Row, row } from './bench.ts';
import { parseMetrics } from './metrics.ts';

const dir = mkdtempSync(join(tmpdir(), 'bench-test-'));
const main = join(import.meta.dirname, 'main.ts');

test.after(() => rmSync(dir, { recursive: true }));

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function bench(...args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const killAtExit = () => child.kill('SIGTERM');
  process.once('exit', killAtExit);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  return new Promise((resolve) => {
    child.once('close', (status) => {
      process.off('exit', killAtExit);
      resolve({ status, stdout, stderr });
    });
  });
}

/** Runs a bench small; fails unless it writes these rows, each with a number, as a table and as JSON. */
async function gives(name: string, args: readonly string[], metrics: readonly string[]): Promise<Row[]> {
  const file = join(dir, `${name}.json`);
  const { status, stdout, stderr } = await bench(name, ...args, '--json', file);
  assert.is(status, 0, stderr);
  const written: { bench: string; rows: Row[] } = JSON.parse(readFileSync(file, 'utf8'));
  assert.is(written.bench, name);
  assert.equal(
    written.rows.map(({ metric }) => metric),
    metrics,
  );
  for (const { metric, unit, value } of written.rows) {
    assert.ok(Number.isFinite(value), `${metric} is ${value}`);
    assert.ok(
      stdout.split('\n').some((line) => line.startsWith(metric) && line.endsWith(unit)),
      `the table has no ${metric} in ${unit}:\n${stdout}`,
    );
  }
  return written.rows;
}

test('kustomizations: time until Ready, memory, CPU and event loop of the host', async () => {
  const metrics = ['ready', 'rss', 'cpu', 'loop', 'loop p99', 'loop cpu'];
  const rows = await gives('kustomizations', ['--n', '3', '--sources', '2'], metrics);
  for (const { metric, value } of rows) assert.ok(value > 0, `${metric} is ${value}`);
});

test('helmreleases: time until Ready and through an upgrade, CPU and requests of each, memory', async () => {
  const each = ['ready', 'upgrade', 'rss', 'cpu', 'ready cpu', 'upgrade cpu'];
  const metrics = [...each, 'ready requests', 'upgrade requests', 'loop', 'loop p99', 'loop cpu'];
  const rows = await gives('helmreleases', ['--n', '2'], metrics);
  for (const { metric, value } of rows) assert.ok(value > 0, `${metric} is ${value}`);
});

test('helm-kill: nothing is lost, stuck or left behind', async () => {
  const statuses = ['pending-install', 'pending-upgrade', 'pending-rollback', 'uninstalling'];
  const rows = await gives('helm-kill', ['--n', '2'], ['kills', ...statuses, 'wrong', 'settled']);
  assert.is(rows.find(({ metric }) => metric === 'kills')?.value, 2);
  assert.is(rows.find(({ metric }) => metric === 'wrong')?.value, 0);
});

test('push: percentiles of the time from a commit until it is applied', async () => {
  const [p50, p99] = await gives('push', ['--n', '2'], ['p50', 'p99']);
  assert.ok(p50 && p99 && p50.value > 0 && p99.value >= p50.value);
});

test('chain: what a dependency adds', async () => {
  const [, chain, free] = await gives('chain', ['--n', '2'], ['hop', 'chain', 'free']);
  assert.ok(chain && free && chain.value > 0 && free.value > 0);
});

test('drift: percentiles of the time until an object is back as it was', async () => {
  const [p50, , max] = await gives('drift', ['--n', '4'], ['p50', 'p99', 'max']);
  assert.ok(p50 && max && p50.value > 0 && max.value >= p50.value);
});

test('charts: how many render to what helm renders', async () => {
  const [charts, equal] = await gives('charts', [], ['charts', 'equal', 'different', 'time']);
  assert.ok(charts && charts.value > 0 && equal?.value === charts.value);
});

test('sandbox: costs of a call, a host call, an instance and a cold start', async () => {
  const metrics = ['call', 'call p99', 'hostcall', 'instance', 'cold'];
  const rows = await gives('sandbox', ['--n', '3'], metrics);
  for (const { metric, value } of rows)
    assert.ok(metric === 'instance' || value > 0, `${metric} is ${value}`);
});

test('plugins: what they cost to build, start, call and keep, and events that are all delivered', async () => {
  const kinds = ['source', 'builder', 'notifier', 'policy', 'receiver', 'decryptor'];
  const events = ['accepted', 'delivered', 'refused', 'lost', 'delay p50', 'delay p99'];
  const metrics = ['build', 'size', 'cold', ...kinds, 'rss idle', 'rss used', ...events];
  const rows = await gives('plugins', ['--n', '1'], metrics);
  const of = (name: string) => rows.find(({ metric }) => metric === name)?.value ?? Number.NaN;
  for (const kind of ['build', 'size', 'cold', ...kinds, 'accepted', 'delivered', 'delay p50']) {
    assert.ok(of(kind) > 0, `${kind} is ${of(kind)}`);
  }
  assert.is(of('lost'), 0);
  assert.is(of('refused'), 0);
});

test('a bench that does not exist is refused with the list of those that do', async () => {
  const { status, stderr } = await bench('nothing');
  assert.is(status, 2);
  assert.match(stderr, /there is no bench "nothing"/);
  for (const name of [
    'build',
    'chain',
    'charts',
    'charts-index',
    'drift',
    'helm-kill',
    'helmreleases',
    'kustomizations',
    'monorepo',
    'parity',
    'plugins',
    'push',
    'sandbox',
    'steady',
  ]) {
    assert.match(stderr, new RegExp(`^ {2}${name} `, 'm'));
  }
});

test('a count that is no number above 0 is refused before anything starts', async () => {
  for (const [flag, text] of [
    ['n', 'abc'],
    ['n', '0'],
    ['n', '1.5'],
    ['sources', '-'],
  ]) {
    const { status, stderr } = await bench('kustomizations', `--${flag}=${text}`);
    assert.is(status, 1);
    assert.is(stderr, `✗ --${flag} "${text}" is not a number above 0\n`);
  }
});

test('a folder without the controllers of Flux is refused before anything starts, with what is missing', async () => {
  const { status, stderr } = await bench('push', '--n', '1', '--peer', dir);
  assert.is(status, 1);
  assert.match(stderr, /no source-controller and no kustomize-controller in there/);
  assert.not.match(stderr, /pushes/);
});

test('a ratio above 1 means that the host is better; there is none for nothing', () => {
  assert.is(row('ready', 's', 2, 6).ratio, 3);
  assert.not.ok('ratio' in row('writes', 'per object', 0, 4));
  assert.not.ok('peer' in row('ready', 's', 2));
});

test('a percentile is one of the samples, whatever their order', () => {
  const samples = Array.from({ length: 200 }, (_, index) => ((index * 7) % 200) + 1);
  assert.is(percentile(samples, 0.5), 101);
  assert.is(percentile(samples, 0.99), 199);
  assert.is(percentile([5], 0.99), 5);
});

test('metrics are summed over the series and pages that are meant', () => {
  const metrics = parseMetrics([
    '# HELP a_total Words.\na_total{verb="PUT",path="/a,b\\"}"} 2\na_total{verb="GET"} 40\na_total_other 7\n',
    'a_total{verb="PUT"} 1e3\nplain 0.5\n',
  ]);
  assert.is(
    metrics.sum('a_total', ({ verb }) => verb === 'PUT'),
    1002,
  );
  assert.is(metrics.sum('a_total'), 1042);
  assert.is(metrics.sum('plain'), 0.5);
  assert.is(metrics.sum('absent'), 0);
});

test.run();
