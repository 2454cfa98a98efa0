import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../helpers/ports.ts';
import type { System } from './system.ts';

/** The flags of Flux's own benchmark. */
const flags = {
  'source-controller': ['--concurrent=10'],
  'kustomize-controller': ['--concurrent=20'],
  'helm-controller': ['--concurrent=10'],
} as const;
type ControllerName = keyof typeof flags;
const startMs = 60_000;

/**
 * Flux's source-controller and the one that works on its artifacts, from a folder of executables named as Flux names them.
 * @throws Error that says which is missing; one alone can do nothing, so that there is no half comparison
 */
export function fluxControllers(
  folder: string,
  consumer: Exclude<ControllerName, 'source-controller'> = 'kustomize-controller',
): System {
  const names = ['source-controller', consumer] as const;
  const missing = names.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) {
    throw new Error(
      `--peer ${folder}: no ${missing.join(' and no ')} in there; it takes ${names.join(' and ')}`,
    );
  }
  return { name: 'flux', start: (kubeconfig, dir) => start({ folder, kubeconfig, dir }, names) };
}

interface Place {
  readonly folder: string;
  readonly kubeconfig: string;
  /** For artifacts and logs. */
  readonly dir: string;
}

async function start(place: Place, names: readonly ControllerName[]): ReturnType<System['start']> {
  const storage = join(place.dir, 'storage');
  await mkdir(storage, { recursive: true });
  const [artifacts = 0] = await freePorts(1);
  const stored = [
    `--storage-path=${storage}`,
    `--storage-addr=127.0.0.1:${artifacts}`,
    `--storage-adv-addr=127.0.0.1:${artifacts}`,
  ];
  const running: Running[] = [];
  const stop = async () => {
    await Promise.all(running.map(({ child }) => end(child)));
  };
  try {
    for (const name of names) {
      running.push(await run(place, name, [...flags[name], ...(name === 'source-controller' ? stored : [])]));
    }
    await Promise.all(running.map(ready));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pids: running.map(({ child }) => child.pid ?? 0),
    metrics: running.map(({ metrics }) => metrics),
    stop,
  };
}

interface Running {
  readonly name: string;
  readonly child: ChildProcess;
  readonly log: string;
  readonly metrics: string;
  readonly health: string;
}

async function run(
  { folder, kubeconfig, dir }: Place,
  name: string,
  args: readonly string[],
): Promise<Running> {
  const [metrics, health] = await freePorts(2);
  const child = spawn(
    join(folder, name),
    [...args, `--metrics-addr=127.0.0.1:${metrics}`, `--health-addr=127.0.0.1:${health}`],
    {
      env: { ...process.env, KUBECONFIG: kubeconfig, RUNTIME_NAMESPACE: 'flux-system' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const log = join(dir, `${name}.log`);
  const file = createWriteStream(log);
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  child.once('exit', () => process.off('exit', killAtExit));
  return {
    name,
    child,
    log,
    metrics: `http://127.0.0.1:${metrics}/metrics`,
    health: `http://127.0.0.1:${health}/readyz`,
  };
}

/** @throws Error when it ends, or is not ready within a minute */
async function ready({ name, child, health, log }: Running): Promise<void> {
  const deadline = Date.now() + startMs;
  while (!(await fetch(health).catch(() => undefined))?.ok) {
    if (hasEnded(child) || Date.now() > deadline) {
      const tail = await readFile(log, 'utf8').catch(() => '');
      throw new Error(`${name} did not become ready; the end of its log:\n${tail.slice(-2000)}`);
    }
    await sleep(100);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
