import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Bench, Row } from './bench.ts';

/** Every bench is a file of its own, loaded when it is asked for. */
const benches: Readonly<Record<string, () => Promise<{ bench: Bench }>>> = {
  build: () => import('./build.ts'),
  charts: () => import('./charts.ts'),
  chain: () => import('./chain.ts'),
  'charts-index': () => import('./charts-index.ts'),
  drift: () => import('./drift.ts'),
  'helm-kill': () => import('./helm-kill.ts'),
  helmreleases: () => import('./helmreleases.ts'),
  kustomizations: () => import('./kustomizations.ts'),
  monorepo: () => import('./monorepo.ts'),
  notifications: () => import('./notifications.ts'),
  parity: () => import('./parity.ts'),
  plugins: () => import('./plugins.ts'),
  push: () => import('./push.ts'),
  sandbox: () => import('./sandbox.ts'),
  sources: () => import('./sources.ts'),
  steady: () => import('./steady.ts'),
};

// The ends of a control plane and of a host are tied to the end of this process, not to a signal.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      n: { type: 'string' },
      sources: { type: 'string' },
      objects: { type: 'string' },
      seed: { type: 'string' },
      peer: { type: 'string' },
      repo: { type: 'string', multiple: true },
      dir: { type: 'string', multiple: true },
      json: { type: 'string' },
    },
  });
  const [name = '', ...more] = positionals;
  const load = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (!load || more.length > 0) {
    const problem = load ? 'one bench at a time' : name ? `there is no bench "${name}"` : 'name a bench';
    process.stderr.write(`✗ ${problem}; there are:\n`);
    for (const [each, loader] of Object.entries(benches)) {
      process.stderr.write(`  ${each.padEnd(16)} ${(await loader()).bench.about}\n`);
    }
    return 2;
  }
  const n = count('n', values.n);
  const sources = count('sources', values.sources);
  const objects = count('objects', values.objects);
  const seed = count('seed', values.seed);
  const { bench } = await load();
  const rows = await bench.run({
    log: (line) => process.stderr.write(`► ${line}\n`),
    ...(n === undefined ? {} : { n }),
    ...(sources === undefined ? {} : { sources }),
    ...(objects === undefined ? {} : { objects }),
    ...(seed === undefined ? {} : { seed }),
    ...(values.peer ? { peer: values.peer } : {}),
    ...(values.repo ? { repos: values.repo } : {}),
    ...(values.dir ? { dirs: values.dir } : {}),
  });
  print(rows);
  if (values.json) await writeFile(values.json, `${JSON.stringify({ bench: name, rows }, null, 2)}\n`);
  return 0;
}

/** @throws Error when it is not a positive whole number */
function count(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${flag} "${text}" is not a number above 0`);
  return value;
}

function print(rows: readonly Row[]): void {
  const withPeer = rows.some(({ peer }) => peer !== undefined);
  const cells = rows.map(({ metric, unit, value, peer, ratio }) => [
    metric,
    figure(value),
    ...(withPeer
      ? [peer === undefined ? '' : figure(peer), ratio === undefined ? '' : `${ratio.toFixed(2)} ×`]
      : []),
    unit,
  ]);
  const head = ['metric', 'flux-host', ...(withPeer ? ['flux', 'ratio'] : []), 'unit'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  const last = head.length - 1;
  for (const line of [head, ...cells]) {
    const text = line.map((cell, column) =>
      column === 0 || column === last ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    process.stdout.write(`${text.join('  ').trimEnd()}\n`);
  }
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
