import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './paths.ts';
import { localCluster, plugins } from './setup.ts';
import { ensure, type Step } from './steps.ts';

interface Task {
  /** What has to be built before. */
  readonly needs: readonly Step[];
  /** The TypeScript program that does it. */
  readonly entry: string;
}

const everything = [...plugins, ...localCluster];

const tasks: Readonly<Record<string, Task>> = {
  bench: { needs: everything, entry: 'test/bench/main.ts' },
  check: { needs: [], entry: 'scripts/check.ts' },
  conformance: { needs: plugins, entry: 'test/conformance/main.ts' },
  demo: { needs: everything, entry: 'test/demo/main.ts' },
  flux: { needs: [], entry: 'cli/main.ts' },
  fmt: { needs: [], entry: 'scripts/fmt.ts' },
  host: { needs: plugins, entry: 'host/main.ts' },
  local: { needs: localCluster, entry: 'deploy/local/main.ts' },
  test: { needs: everything, entry: 'test/run.ts' },
};

const [name = '', ...args] = process.argv.slice(2);
const task = tasks[name];
if (!task) {
  process.stderr.write(`✗ unknown task "${name}"; there are: ${Object.keys(tasks).join(', ')}\n`);
  process.exit(2);
}
try {
  await ensure(task.needs);
} catch (error) {
  process.stderr.write(`✗ set-up failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
const child = spawn(process.execPath, [join(root, task.entry), ...args], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
