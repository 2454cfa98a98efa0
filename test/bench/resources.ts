import { readFileSync } from 'node:fs';

/** What processes use, from /proc. */
export interface Usage {
  /** Highest sum of the resident sets that was seen, MiB. */
  readonly rss: number;
  /** CPU time used since the start, s. */
  readonly cpu: number;
}

/** Clock ticks a second of /proc/<pid>/stat: fixed at 100 on Linux. */
const ticks = 100;
const everyMs = 200;

/** Watches processes until `stop`. */
export function watchUsage(pids: readonly number[]): { stop(): Usage } {
  const before = cpuOf(pids);
  let rss = rssOf(pids);
  const timer = setInterval(() => {
    rss = Math.max(rss, rssOf(pids));
  }, everyMs);
  return {
    stop() {
      clearInterval(timer);
      return { rss: Math.max(rss, rssOf(pids)), cpu: cpuOf(pids) - before };
    },
  };
}

function rssOf(pids: readonly number[]): number {
  return pids.reduce(
    (sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(read(pid, 'status'))?.[1] ?? 0) / 1024,
    0,
  );
}

function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    // The command's name, in parentheses, may contain anything: count the fields after it.
    const fields = read(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
    return sum + (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticks;
  }, 0);
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
