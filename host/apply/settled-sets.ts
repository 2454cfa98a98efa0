import { formatKey } from '../kube/object.ts';
import type { NamespacedName } from '../kube/types.ts';
import { digest } from './fingerprint.ts';
import { refOfEntry } from './inventory.ts';
import type { ObjectTracker } from './tracker.ts';
import type { ApplyRequest, ApplyResult, Change, InventoryEntry } from './types.ts';

/**
 * Memory of sets that were applied as a whole. At most intervals nothing has changed, neither in the repository nor in the cluster: then a look at
 * what the tracker knows answers for the set, and no object is brought into the form to apply.
 */
export interface SettledSets {
  /** The answer for a set that is what it was and that nobody has touched since; undefined when that is not certain. */
  recall(request: ApplyRequest, tracker: ObjectTracker): ApplyResult | undefined;
  /** @param desired digest of each object as it was asked for, by inventory id */
  remember(request: ApplyRequest, result: ApplyResult, desired: ReadonlyMap<string, string>): void;
  forget(owner: NamespacedName): void;
}

export function createSettledSets(): SettledSets {
  const sets = new Map<string, string>();
  return {
    recall(request, tracker) {
      const known = request.objectsDigest && sets.get(formatKey(request.owner));
      if (!known) return undefined;
      const { inventory = [], identity = '' } = request;
      const changes: Change[] = [];
      const desired: string[] = [];
      for (const entry of inventory) {
        const object = tracker.recall(entry.id);
        if (object?.identity !== identity) return undefined;
        changes.push({ object: refOfEntry(entry), action: object.action });
        desired.push(object.desired);
      }
      if (known !== digestOf(request, inventory, desired)) return undefined;
      return { changes, inventory, live: new Map() };
    },
    remember(request, { inventory }, desired) {
      if (!request.objectsDigest) return;
      const digests = inventory.map(({ id }) => desired.get(id) ?? '');
      sets.set(formatKey(request.owner), digestOf(request, inventory, digests));
    },
    forget: (owner) => void sets.delete(formatKey(owner)),
  };
}

function digestOf(
  { objectsDigest, identity, ignore }: ApplyRequest,
  inventory: readonly InventoryEntry[],
  desired: readonly string[],
): string {
  return digest(
    JSON.stringify([objectsDigest, identity, ignore, inventory.map(({ id, v }) => [id, v]), desired]),
  );
}
