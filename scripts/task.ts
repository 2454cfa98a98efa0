import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { launch } from '../host/launch.ts';
import { root } from './paths.ts';
import { sdkPackage } from './setup/sdk-package.ts';
import { host, localCluster, plugins } from './setup.ts';
import { ensure, type Step } from './steps.ts';

interface Task {
  /** What has to be built before, with these arguments. */
  readonly needs: readonly Step[] | ((args: readonly string[]) => readonly Step[]);
  /** The program that does it. */
  readonly entry: string;
  /** Flags of Node. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const everything = [...plugins, ...localCluster, ...host];
/** Commands of `flux` that need plugins. */
const buildsManifests = new Set(['build', 'diff']);
const hostMain = '.build/host/main.js';

const tasks: Readonly<Record<string, Task>> = {
  // Without a name it lists the benches.
  bench: { needs: ([bench]) => (bench ? everything : []), entry: 'test/bench/main.ts' },
  check: { needs: [], entry: 'scripts/check.ts' },
  conformance: { needs: everything, entry: 'test/conformance/main.ts' },
  demo: { needs: everything, entry: 'test/demo/main.ts' },
  flux: { needs: ([command = '']) => (buildsManifests.has(command) ? plugins : []), entry: 'cli/main.ts' },
  fmt: { needs: [], entry: 'scripts/fmt.ts' },
  host: { needs: [...plugins, ...host], entry: hostMain, flags: launch.nodeFlags, env: launch.env },
  image: { needs: [...plugins, ...host], entry: 'deploy/image/main.ts' },
  local: { needs: localCluster, entry: 'deploy/local/main.ts' },
  'pack-sdk': { needs: [], entry: 'scripts/pack-sdk.ts' },
  test: { needs: [...everything, sdkPackage], entry: 'test/run.ts' },
};

const [name = '', ...args] = process.argv.slice(2);
const task = tasks[name];
if (!task) {
  process.stderr.write(`✗ unknown task "${name}"; there are: ${Object.keys(tasks).join(', ')}\n`);
  process.exit(2);
}
try {
  await ensure(typeof task.needs === 'function' ? task.needs(args) : task.needs);
} catch (error) {
  process.stderr.write(`✗ set-up failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
const child = spawn(process.execPath, [...(task.flags ?? []), join(root, task.entry), ...args], {
  stdio: 'inherit',
  env: { ...process.env, FLUX_HOST_MAIN: join(root, hostMain), ...task.env },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
