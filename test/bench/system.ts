import { spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHost } from '../helpers/host.ts';
import { freePorts } from '../helpers/ports.ts';

/** What is measured: this host, or Flux's own controllers. */
export interface System {
  readonly name: string;
  /** Starts it against a cluster; resolves when it is ready. */
  start(kubeconfig: string, dir: string): Promise<RunningSystem>;
}

export interface RunningSystem {
  readonly pids: readonly number[];
  /** URL of the metrics endpoints. */
  readonly metrics: readonly string[];
  stop(): Promise<void>;
}

export const fluxHost: System = {
  name: 'flux-host',
  async start(kubeconfig, dir) {
    const host = await startHost({ kubeconfig, dir: join(dir, 'flux-host') });
    return { pids: [host.pid], metrics: [host.metricsUrl], stop: () => host.stop() };
  },
};

/**
 * Flux's source-controller and kustomize-controller from a folder of executables, with the flags of Flux's own benchmark.
 * @throws Error when one is missing
 */
export function fluxControllers(folder: string): System {
  const controllers = [
    { name: 'source-controller', flags: ['--concurrent=10'] },
    { name: 'kustomize-controller', flags: ['--concurrent=20'] },
  ];
  for (const { name } of controllers) {
    if (!existsSync(join(folder, name))) throw new Error(`${folder} has no executable ${name}`);
  }
  return {
    name: 'flux',
    async start(kubeconfig, dir) {
      const [storage = 0, ...ports] = await freePorts(1 + 2 * controllers.length);
      await mkdir(join(dir, 'storage'), { recursive: true });
      const running = controllers.map(({ name, flags }, index) => {
        const [metrics, health] = ports.slice(2 * index);
        const own =
          name === 'source-controller'
            ? [
                `--storage-path=${join(dir, 'storage')}`,
                `--storage-addr=127.0.0.1:${storage}`,
                `--storage-adv-addr=127.0.0.1:${storage}`,
              ]
            : [];
        const child = spawn(
          join(folder, name),
          [...flags, ...own, `--metrics-addr=127.0.0.1:${metrics}`, `--health-addr=127.0.0.1:${health}`],
          {
            env: { ...process.env, KUBECONFIG: kubeconfig, RUNTIME_NAMESPACE: 'flux-system' },
            stdio: ['ignore', 'pipe', 'pipe'],
          },
        );
        const log = createWriteStream(join(dir, `${name}.log`));
        child.stdout.pipe(log, { end: false });
        child.stderr.pipe(log, { end: false });
        process.once('exit', () => child.kill('SIGKILL'));
        return {
          child,
          name,
          metrics: `http://127.0.0.1:${metrics}/metrics`,
          health: `http://127.0.0.1:${health}/readyz`,
        };
      });
      for (const { name, health, child } of running) {
        while (!(await fetch(health).catch(() => undefined))?.ok) {
          if (child.exitCode !== null) throw new Error(`${name} ended: see ${join(dir, `${name}.log`)}`);
          await sleep(100);
        }
      }
      return {
        pids: running.map(({ child }) => child.pid ?? 0),
        metrics: running.map(({ metrics }) => metrics),
        async stop() {
          await Promise.all(
            running.map(({ child }) => {
              if (child.exitCode !== null) return undefined;
              const gone = new Promise((resolve) => child.once('exit', resolve));
              child.kill('SIGKILL');
              return gone;
            }),
          );
        },
      };
    },
  };
}
