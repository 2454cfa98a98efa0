import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import type { Layout } from './layout.ts';

// The end of its input is the end of the process that holds the other side of the pipe, however that came
// about. A shell needs next to no memory for this.
const script = `
cat >/dev/null
for file in "$1"/run/*.pid; do
  [ -f "$file" ] && kill -s KILL -- "-$(cat "$file")" 2>/dev/null
done
[ "$2" = purge ] || exit 0
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  rm -rf "$1" 2>/dev/null && exit 0
  sleep 0.2
done
`;

/** A watcher over this process; see {@link startGuard}. */
export interface Guard {
  /** Lets the guard do its work now and waits for it. */
  release(): Promise<void>;
}

/**
 * Starts a small process that kills the control plane, and with `purge` removes its directory, as soon as this
 * process has ended: normally, by an exception, or by SIGKILL.
 */
export function startGuard(layout: Layout, purge: boolean): Guard {
  const guard = spawn('/bin/sh', ['-c', script, 'guard', layout.dir, purge ? 'purge' : 'keep'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return {
    async release() {
      if (guard.exitCode !== null || guard.signalCode !== null) return;
      guard.ref();
      const ended = once(guard, 'exit');
      guard.stdin.end();
      await ended;
    },
  };
}
