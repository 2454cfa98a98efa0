import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const procfs = existsSync('/proc/self/cmdline');

function commandLine(pid: number): readonly string[] {
  if (!procfs) {
    const { stdout } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return stdout.trim() ? [stdout.trim()] : [];
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  } catch {
    return [];
  }
}

/** Whether a process runs; one that ended and was not collected yet (a zombie) does not. */
export function isRunning(pid: number): boolean {
  return commandLine(pid).length > 0;
}

/**
 * Whether a process is the given program, and not another one that got the same process id later.
 * @param program the path by which it was started; a script's is behind its interpreter
 */
export function runsProgram(pid: number, program: string): boolean {
  const [first = '', second] = commandLine(pid);
  return procfs ? first === program || second === program : first.includes(program);
}

/** Waits until a process was collected by its parent: only then are its sockets certainly closed. */
export async function collected(pid: number): Promise<void> {
  // A container whose first process collects no orphans keeps them for ever; the sockets need no second.
  for (let attempt = 0; attempt < 100 && exists(pid); attempt += 1) await sleep(10);
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
