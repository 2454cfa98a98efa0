import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import type { LoadedPlugin, Sandbox } from '@flux-host/host/sandbox/types.ts';
import { type Bench, type BenchOptions, percentile, type Row, row } from './bench.ts';
import { type BenchTree, benchTrees, writeFiles } from './build-trees.ts';

const exec = promisify(execFile);
const root = join(import.meta.dirname, '../..');

export const bench: Bench = {
  about:
    'kustomize in the sandbox and natively: a small folder, an overlay, 1000 and 3000 objects, one edit of 1000 (--n: seconds for each)',
  run,
};

/**
 * Builds trees with the kustomize plugin in the sandbox and natively: medians of warm builds, and a fresh instance. Large trees
 * change before each build.
 * The peer of a row is native kustomize.
 * @throws Error when the two give different output
 */
async function run({ n: seconds = 4, log }: BenchOptions): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-build-'));
  const sandbox = createSandbox({ slots: 1 });
  try {
    log('building the plugin’s code natively');
    const native = await buildNative(dir);
    const plugin = await sandbox.load(readFileSync(join(root, '.build/plugins/kustomize.wasm')));
    const rows: Row[] = [];
    for (const tree of benchTrees) {
      log(`building "${tree.metric}" for ${seconds} s each`);
      const folder = join(dir, tree.metric);
      writeFiles(folder, tree.files);
      rows.push(await compare(tree, { sandbox, plugin, native, folder, seconds }));
    }
    rows.push(await freshInstance({ sandbox, plugin, folder: join(dir, 'small') }));
    rows.push(row('module', 'MB', plugin.size / 1e6));
    return rows;
  } finally {
    await sandbox.close();
    rmSync(dir, { recursive: true });
  }
}

async function buildNative(dir: string): Promise<string> {
  const out = join(dir, 'native');
  mkdirSync(dir, { recursive: true });
  await exec('go', ['build', '-o', out, './cmd/native'], { cwd: join(root, 'plugins/kustomize') });
  return out;
}

interface Parts {
  readonly sandbox: Sandbox;
  readonly plugin: LoadedPlugin;
  readonly folder: string;
}

async function compare(
  tree: BenchTree,
  { native, seconds, ...parts }: Parts & { native: string; seconds: number },
): Promise<Row> {
  const times: number[] = [];
  let output = '';
  let commits = 0;
  const build = async () => {
    commits += 1;
    if (tree.commit) writeFiles(parts.folder, tree.commit(commits));
    const began = performance.now();
    output = await call(parts, tree.path);
    return performance.now() - began;
  };
  // V8 compiles what is hot while it runs.
  for (let warmUp = 0; warmUp < (tree.commit ? 2 : 40); warmUp += 1) await build();
  const end = performance.now() + seconds * 1000;
  while (times.length < 3 || performance.now() < end) times.push(await build());
  const { stdout } = await exec(native, [parts.folder, tree.path, String(seconds)]);
  const peer: { ms: number[]; digest: string } = JSON.parse(stdout);
  if (createHash('sha256').update(output).digest('hex') !== peer.digest) {
    throw new Error(`the plugin and native kustomize differ on ${tree.metric}`);
  }
  return row(tree.metric, 'ms', percentile(times, 0.5), percentile(peer.ms, 0.5));
}

async function call({ sandbox, plugin, folder }: Parts, path: string, tenant = 'bench'): Promise<string> {
  const { output } = await sandbox.call<{ resources: string }>({
    plugin,
    export: 'build',
    tenant,
    mounts: { '/in': folder },
    input: { path, spec: {} },
  });
  return output.resources;
}

/** A build for another tenant than the last one's. */
async function freshInstance(parts: Parts): Promise<Row> {
  const times: number[] = [];
  for (let tenant = 0; tenant < 5; tenant += 1) {
    const began = performance.now();
    await call(parts, 'apps', `tenant-${tenant}`);
    times.push(performance.now() - began);
  }
  return row('small in a fresh instance', 'ms', percentile(times, 0.5));
}
