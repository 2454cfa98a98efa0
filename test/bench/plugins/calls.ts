import { join } from 'node:path';
import { createPlugins } from '@flux-host/host/plugins/plugins.ts';
import type { PluginUse } from '@flux-host/host/plugins/types.ts';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import { buildPlugin } from '@flux-host/sdk/typescript/build/index.ts';
import { percentile, type Row, row } from '../bench.ts';
import { type BenchKind, benchKinds, type Uses } from './uses.ts';

const repeats = 3;

/** What building and starting plugins costs, and how often one worker calls each kind in a second. */
export async function measureCalls(dir: string, uses: Uses, calls: number): Promise<Row[]> {
  const builds: number[] = [];
  const sizes: number[] = [];
  const colds: number[] = [];
  const rates: Row[] = [];
  for (const kind of benchKinds) {
    for (let count = 0; count < repeats; count += 1) {
      const { ms, wasm } = await buildPlugin({ entry: entryOf(kind), out: moduleOf(dir, kind) });
      builds.push(ms);
      if (count === 0) sizes.push(wasm.length / 1024);
    }
    for (let count = 0; count < repeats; count += 1) colds.push(await coldStart(dir, kind, uses[kind]));
    rates.push(row(kind, 'calls/s', await callsPerSecond(dir, uses[kind], calls)));
  }
  return [
    row('build', 'ms', percentile(builds, 0.5)),
    row('size', 'KiB', percentile(sizes, 0.5)),
    row('cold', 'ms', percentile(colds, 0.5)),
    ...rates,
  ];
}

const entryOf = (kind: BenchKind) => join(import.meta.dirname, 'modules', `${kind}.ts`);
const moduleOf = (dir: string, kind: BenchKind) => join(dir, 'modules', kind, `${kind}.wasm`);

/** From the module on the disk to the first answer, in a sandbox without a worker. */
async function coldStart(dir: string, kind: BenchKind, use: PluginUse): Promise<number> {
  const began = performance.now();
  return withPlugins(join(dir, 'modules', kind), async (call) => {
    await call(use);
    return performance.now() - began;
  });
}

async function callsPerSecond(dir: string, use: PluginUse, calls: number): Promise<number> {
  return withPlugins(join(dir, 'modules', use.kind), async (call) => {
    for (let warmUp = 0; warmUp < calls / 5; warmUp += 1) await call(use);
    const began = performance.now();
    for (let done = 0; done < calls; done += 1) await call(use);
    return calls / ((performance.now() - began) / 1000);
  });
}

/** Does something with the plugins of a folder, in one worker. */
async function withPlugins<T>(
  folder: string,
  work: (call: (use: PluginUse) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const sandbox = createSandbox({ slots: 1 });
  try {
    const plugins = await createPlugins({
      sandbox,
      dirs: [folder],
      onError: (error) => {
        throw error;
      },
    });
    return await work((use) => plugins.call(use));
  } finally {
    await sandbox.close();
  }
}
