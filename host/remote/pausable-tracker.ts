import type { DriftWatcher } from '../apply/drift/watcher.ts';
import type { ObjectTracker } from '../apply/tracker.ts';

/** A tracker that can stop watching: then it knows nothing, and every object is read at every reconciliation. */
export interface PausableTracker extends ObjectTracker {
  readonly watching: boolean;
  /** Ends all watches and forgets. */
  pause(): void;
  /** Begins anew: owners are watched from their next apply on. */
  resume(): void;
}

/** A paused tracker around the watchers that `open` makes. */
export function pausableTracker(open: () => DriftWatcher): PausableTracker {
  let watcher: DriftWatcher | undefined;
  return {
    get watching() {
      return watcher !== undefined;
    },
    pause() {
      watcher?.close();
      watcher = undefined;
    },
    resume() {
      watcher ??= open();
    },
    recall: (id) => watcher?.recall(id),
    remember: (id, known, live) => watcher?.remember(id, known, live),
    forget: (id) => watcher?.forget(id),
    drop: (id) => watcher?.drop(id),
    hold: (id) => watcher?.hold(id) ?? (() => {}),
    isHealthy: (id) => watcher?.isHealthy(id) ?? false,
    rememberHealthy: (id, version) => watcher?.rememberHealthy(id, version),
    track: (owner, entries) => watcher?.track(owner, entries),
    untrack: (owner) => watcher?.untrack(owner),
  };
}
