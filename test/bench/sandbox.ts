import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import { textPlugin } from '@flux-host/host/sandbox/testing/modules.ts';
import type { PluginCall, Sandbox } from '@flux-host/host/sandbox/types.ts';
import { type Bench, type BenchOptions, percentile, type Row, row } from './bench.ts';
import { benchTrees, writeFiles } from './build-trees.ts';

const exec = promisify(execFile);
const hostCallsInACall = 100;
const times = { warmUp: 500, calls: 3000, hostCalls: 50, instances: 15, colds: 5 };

export const bench: Bench = {
  about: 'what the sandbox itself costs: a call, a host call, a fresh instance, a cold start (--n calls)',
  run,
};

/**
 * Two plugins in text form: one answers what it is sent; one asks the host, through the same way as for the network, for the
 * answer to a request that does not exist.
 */
const echoText = `
  (import "extism:host/user" "flux_input" (func $input (param i32 i32) (result i32)))
  (import "extism:host/user" "flux_output" (func $output (param i32 i32)))
  (func (export "build") (result i32)
    (call $output (i32.const 0) (call $input (i32.const 0) (i32.const 65536)))
    i32.const 0)`;
const hostCallText = `
  (import "extism:host/user" "flux_http_response" (func $response (param i32) (result i32)))
  (func (export "build") (result i32) (local $left i32)
    (local.set $left (i32.const ${hostCallsInACall}))
    (loop $again
      (drop (call $response (i32.const 99)))
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    i32.const 0)`;

async function run({ n = times.calls, log }: BenchOptions): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-sandbox-'));
  const sandbox = createSandbox({ slots: 1 });
  try {
    const echo = await sandbox.load(await textPlugin(echoText));
    const asking = await sandbox.load(await textPlugin(hostCallText));
    const text = (plugin: typeof echo): PluginCall => ({
      plugin,
      export: 'build',
      tenant: 'bench',
      input: { path: 'apps/production' },
    });
    log(`${n} calls`);
    const calls = await sample(n, () => sandbox.call(text(echo)));
    const hostCalls = await sample(Math.min(n, times.hostCalls), () => sandbox.call(text(asking)));
    log('instances of the kustomize plugin');
    const module = join(import.meta.dirname, '../../.build/plugins/kustomize.wasm');
    const [small] = benchTrees;
    if (!small) throw new Error('there is no tree to build');
    writeFiles(dir, small.files);
    const instance = await freshInstance(sandbox, {
      module,
      dir,
      path: small.path,
      count: Math.min(n, times.instances),
    });
    log('cold starts');
    const script = join(import.meta.dirname, 'cold-build.ts');
    const colds: number[] = [];
    for (let count = 0; count < Math.min(n, times.colds); count += 1) {
      colds.push(await timed(() => exec(process.execPath, [script, module, dir, small.path])));
    }
    return [
      row('call', 'µs', percentile(calls, 0.5) * 1000),
      row('call p99', 'µs', percentile(calls, 0.99) * 1000),
      row('hostcall', 'µs', (percentile(hostCalls, 0.5) / hostCallsInACall) * 1000),
      row('instance', 'ms', instance),
      row('cold', 'ms', percentile(colds, 0.5)),
    ];
  } finally {
    await sandbox.close();
    rmSync(dir, { recursive: true });
  }
}

/** Milliseconds of each call, once V8 has compiled what is hot. */
async function sample(count: number, call: () => Promise<unknown>): Promise<number[]> {
  for (let warmUp = 0; warmUp < Math.min(count, times.warmUp); warmUp += 1) await call();
  const result: number[] = [];
  for (let done = 0; done < count; done += 1) result.push(await timed(call));
  return result;
}

/** What a build takes longer when another tenant's was the last one: milliseconds. */
async function freshInstance(
  sandbox: Sandbox,
  { module, dir, path, count }: { module: string; dir: string; path: string; count: number },
): Promise<number> {
  const plugin = await sandbox.load(readFileSync(module));
  const build = (tenant: string) =>
    sandbox.call({ plugin, export: 'build', tenant, mounts: { '/in': dir }, input: { path, spec: {} } });
  const again = await sample(count, () => build('same'));
  const tenants = Array.from({ length: 2 * count }, (_, number) => `tenant-${number}`);
  const fresh = await sample(count, () => build(tenants.pop() ?? ''));
  return percentile(fresh, 0.5) - percentile(again, 0.5);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
