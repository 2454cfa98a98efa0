import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ComponentName } from './binaries.ts';
import type { Layout } from './layout.ts';
import { collected, runsProgram } from './processes.ts';

/**
 * Starts a component as the leader of a process group of its own, with its output appended to its log file.
 * It does not keep this process alive and lives on after it.
 */
export function spawnComponent(layout: Layout, name: ComponentName, args: readonly string[]): void {
  const log = openSync(layout.log(name), 'a', 0o600);
  try {
    const child = spawn(layout.binary(name), args, {
      cwd: layout.dir,
      // No proxy settings, no user's configuration: only what the directory holds counts.
      env: {
        PATH: process.env['PATH'],
        HOME: layout.dir,
        KWOK_WORKDIR: layout.dir,
        TMPDIR: process.env['TMPDIR'],
      },
      stdio: ['ignore', log, log],
      detached: true,
    });
    child.on('error', (error) => writeFileSync(log, `cannot start: ${error.message}\n`));
    child.unref();
    if (child.pid !== undefined) writeFileSync(layout.pidFile(name), String(child.pid));
  } finally {
    closeSync(log);
  }
}

/** Process id of a component that runs in this layout. A pid that another program took over does not count. */
export function runningPid(layout: Layout, name: ComponentName): number | undefined {
  let pid: number;
  try {
    pid = Number(readFileSync(layout.pidFile(name), 'utf8'));
  } catch {
    return undefined;
  }
  return Number.isInteger(pid) && pid > 1 && runsProgram(pid, layout.binary(name)) ? pid : undefined;
}

/** Sends a signal to a component's process group; nothing happens when it does not run. */
export function signalComponent(layout: Layout, name: ComponentName, signal: NodeJS.Signals): void {
  const pid = runningPid(layout, name);
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended in between, which is what was wanted.
  }
}

/**
 * Stops a component: SIGTERM, and SIGKILL when it still runs after `graceMs`. When this returns its ports are
 * free again.
 */
export async function stopComponent(layout: Layout, name: ComponentName, graceMs: number): Promise<void> {
  const pid = runningPid(layout, name);
  if (pid !== undefined) {
    signalComponent(layout, name, 'SIGTERM');
    const deadline = Date.now() + graceMs;
    while (runningPid(layout, name) !== undefined) {
      if (Date.now() > deadline) signalComponent(layout, name, 'SIGKILL');
      await sleep(20);
    }
    await collected(pid);
  }
  rmSync(layout.pidFile(name), { force: true });
}

/** The last lines of a component's log. */
export function lastLines(layout: Layout, name: ComponentName, count = 15): string {
  try {
    return readFileSync(layout.log(name), 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '';
  }
}
