import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const procfs = existsSync('/proc/self/cmdline');

/** The name by which a process was started (`argv[0]`); nothing when it does not run (a zombie does not). */
export function commandOf(pid: number): string | undefined {
  if (!procfs) {
    const result = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return result.stdout.trim().split(' --')[0] || undefined;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] || undefined;
  } catch {
    return undefined;
  }
}
