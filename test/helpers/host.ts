import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { launch } from '@flux-host/host/launch.ts';
import { freePorts } from './ports.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface HostOptions {
  readonly kubeconfig: string;
  /** Folder for artifacts and logs; a temporary one when absent. */
  readonly dir?: string;
  /** More flags, e.g. `--no-remote-bases`. */
  readonly flags?: readonly string[];
  /** More folders with plugins. */
  readonly pluginDirs?: readonly string[];
  /** More environment variables, e.g. `RUNTIME_NAMESPACE`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The bundle when an npm script made it just now, else the sources as they are. */
const program = process.env['FLUX_HOST_MAIN'] ?? join(root, 'host', 'main.ts');

/** A host in a process of its own. */
export interface HostProcess {
  readonly pid: number;
  readonly dir: string;
  readonly logFile: string;
  readonly metricsUrl: string;
  readonly healthUrl: string;
  readonly artifactUrl: string;
  /** Where controllers post their events. */
  readonly eventsUrl: string;
  /** Where webhooks go; paths follow. */
  readonly webhookUrl: string;
  readonly exited: boolean;
  /** Once it has exited by itself or was asked to. */
  readonly exitCode: number | null;
  logs(): Promise<string>;
  /** Asks it to stop and waits; kills it after 30 s. */
  stop(): Promise<void>;
  /** `kill -9`. The folder stays. */
  kill(): Promise<void>;
}

/**
 * Starts the host with the built plugins and waits until it is ready.
 * @throws Error with the end of its log when it does not become ready within a minute
 */
export async function startHost(options: HostOptions): Promise<HostProcess> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'flux-host-')));
  await mkdir(dir, { recursive: true });
  const logFile = join(dir, 'host.log');
  const [metrics, health, storage, webhooks, events] = await freePorts(5);
  const child = spawn(
    process.execPath,
    [
      ...launch.nodeFlags,
      program,
      `--kubeconfig=${options.kubeconfig}`,
      `--storage-path=${join(dir, 'storage')}`,
      `--metrics-addr=127.0.0.1:${metrics}`,
      `--health-addr=127.0.0.1:${health}`,
      `--storage-addr=127.0.0.1:${storage}`,
      `--receiverAddr=127.0.0.1:${webhooks}`,
      `--notification-addr=127.0.0.1:${events}`,
      `--plugins-dir=${[join(root, '.build', 'plugins'), ...(options.pluginDirs ?? [])].join(',')}`,
      ...(options.flags ?? []),
    ],
    { env: { ...process.env, ...launch.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  child.once('exit', () => process.off('exit', killAtExit));
  const healthUrl = `http://127.0.0.1:${health}`;
  await ready(child, healthUrl, logFile);
  return {
    pid: child.pid ?? 0,
    dir,
    logFile,
    metricsUrl: `http://127.0.0.1:${metrics}/metrics`,
    healthUrl,
    artifactUrl: `http://127.0.0.1:${storage}`,
    eventsUrl: `http://127.0.0.1:${events}/`,
    webhookUrl: `http://127.0.0.1:${webhooks}`,
    get exited() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    get exitCode() {
      return child.exitCode;
    },
    async logs() {
      // Lines are written a moment after they were made.
      await sleep(250);
      return readFile(logFile, 'utf8');
    },
    async stop() {
      await end(child, 'SIGTERM');
      if (!options.dir) await rm(dir, { recursive: true, force: true });
    },
    kill: () => end(child, 'SIGKILL'),
  };
}

async function ready(child: ChildProcess, healthUrl: string, logFile: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(`${healthUrl}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
  child.kill('SIGKILL');
  const log = await readFile(logFile, 'utf8').catch(() => '');
  throw new Error(`the host did not become ready; the end of ${logFile}:\n${log.slice(-4000)}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const killer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await gone;
  clearTimeout(killer);
}
