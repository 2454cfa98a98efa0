import type { PluginHost } from '../../plugins/plugin-host.ts';

/** Counters are written this often at most. */
const countersMs = 30_000;

/**
 * Wakes a Plugin when there is something to show of it: at once when a circuit opens or closes, a conflict comes or goes or another module is
 * called; counters once in a while, and only when they changed.
 */
export function watchStates(run: {
  readonly plugins: PluginHost;
  /** Whether there is an object of that name. */
  isInstalled(name: string): boolean;
  wake(name: string): void;
  /** For tests; default 30 s. */
  readonly countersMs?: number;
}): () => void {
  const shown = new Map<string, string>();
  const timers = new Map<string, NodeJS.Timeout>();
  const stop = run.plugins.onState((name) => {
    if (!run.isInstalled(name)) {
      shown.delete(name);
      return;
    }
    const { circuits, conflict, digest, proven } = run.plugins.state(name);
    const open = circuits.map(({ namespace, retryAt }) => [namespace, retryAt]);
    const urgent = JSON.stringify([open, conflict?.owner, digest, proven]);
    if (shown.get(name) !== urgent) {
      shown.set(name, urgent);
      run.wake(name);
    } else if (!timers.has(name)) {
      const later = () => {
        timers.delete(name);
        run.wake(name);
      };
      timers.set(name, setTimeout(later, run.countersMs ?? countersMs).unref());
    }
  });
  return () => {
    stop();
    for (const timer of timers.values()) clearTimeout(timer);
  };
}
