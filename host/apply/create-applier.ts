import { refOf } from '../kube/object.ts';
import type { NamespacedName } from '../kube/types.ts';
import { apply } from './applier.ts';
import { type DriftRequest, type DriftResult, findDrift } from './drift/find.ts';
import { waitHealthy } from './health/wait.ts';
import { waitGone } from './health/wait-gone.ts';
import { createWatchPool } from './health/watch-pool.ts';
import { objectId } from './inventory.ts';
import { prune } from './prune.ts';
import { createSettledSets } from './settled-sets.ts';
import type { ObjectTracker } from './tracker.ts';
import type { ApplyRequest, ApplyResult, PruneRequest, PruneResult, WaitRequest } from './types.ts';

/** Applies, prunes and waits in one cluster, and remembers what it has seen there. */
export interface Applier {
  /** @see apply of applier.ts */
  apply(request: ApplyRequest): Promise<ApplyResult>;
  /** @see findDrift of drift/find.ts */
  findDrift(request: DriftRequest): Promise<DriftResult>;
  /** @see prune of prune.ts */
  prune(request: PruneRequest): Promise<PruneResult>;
  /** @see waitHealthy of health/wait.ts */
  wait(request: WaitRequest): Promise<void>;
  /** @see waitGone of health/wait-gone.ts */
  waitGone(request: Parameters<typeof waitGone>[0]): Promise<void>;
  /** Stops watching the objects of an owner that is gone. */
  forget(owner: NamespacedName): void;
  /** Watches under way for health checks. */
  readonly watches: number;
  close(): void;
}

export interface ApplierOptions {
  /** A drift watcher of the same cluster; without it (a remote cluster) every object is read at every reconciliation. */
  readonly tracker?: ObjectTracker;
}

/** The applier of one cluster. Its clients may act as several identities there. */
export function createApplier({ tracker }: ApplierOptions = {}): Applier {
  const pool = createWatchPool();
  const sets = createSettledSets();
  return {
    async apply(request) {
      if (request.tracking === 'none') return apply(request, { pool });
      const settled = tracker && sets.recall(request, tracker);
      if (settled) return settled;
      try {
        const { desired, ...result } = await apply(request, { pool, tracker });
        if (request.tracking !== 'some') tracker?.track(request.owner, result.inventory);
        sets.remember(request, result, desired);
        return result;
      } catch (error) {
        // What was applied belongs to no inventory yet: nobody would stop watching it.
        for (const object of request.objects) if (object.metadata) tracker?.drop(objectId(refOf(object)));
        throw error;
      }
    },
    findDrift: (request) => findDrift(request, tracker),
    prune: (request) => prune(request, tracker),
    wait: (request) => waitHealthy(request, { pool, tracker }),
    waitGone: (request) => waitGone(request, pool),
    forget(owner) {
      sets.forget(owner);
      tracker?.untrack(owner);
    },
    get watches() {
      return pool.size;
    },
    close: () => pool.close(),
  };
}
