import { isKube } from '../kube/errors.ts';
import { gvkOf } from '../kube/object.ts';
import type { KubeObject, ObjectRef, PartialObject } from '../kube/types.ts';
import { objectRejected } from './errors.ts';
import { ordering, refOfEntry } from './inventory.ts';
import { compareApplyOrder, rankOf } from './order.ts';
import { isOwnedBy } from './owner.ts';
import { parallel } from './parallel.ts';
import { retrying } from './retry.ts';
import { treatmentOf } from './skip.ts';
import type { ObjectTracker } from './tracker.ts';
import type { Action, ApplyOwner, Change, InventoryEntry, PruneRequest, PruneResult } from './types.ts';

interface Doomed {
  readonly entry: InventoryEntry;
  readonly ref: ObjectRef;
}

/**
 * Deletes objects that an owner does not want any more, in the reverse order of applying, with what belongs to them in
 * the background. Objects are left alone that another owner has taken over or that say `prune: disabled`,
 * `reconcile: disabled` or `ssa: Ignore`. One that is gone already counts as deleted, as with Flux.
 * Failures do not stop the others.
 * @throws the signal's reason when it aborts
 */
export async function prune(request: PruneRequest, tracker?: ObjectTracker): Promise<PruneResult> {
  const changes: Change[] = [];
  const errors = new Map<Doomed, Error>();
  const doomed = inOrder(request.entries);
  for (const wave of Map.groupBy(doomed, ({ ref }) => rankOf(ref.kind)).values()) {
    await parallel(wave, request.concurrency ?? 4, async (each) => {
      const { entry, ref } = each;
      try {
        changes.push({ object: ref, action: await remove(ref, request, () => tracker?.forget(entry.id)) });
      } catch (error) {
        request.signal.throwIfAborted();
        changes.push({ object: ref, action: 'unknown' });
        errors.set(each, error instanceof Error ? error : new Error(String(error)));
      }
    });
  }
  // Always in the same order: a message that changes is news.
  const failed = doomed.flatMap((each) => {
    const error = errors.get(each);
    return error ? [{ entry: each.entry, error }] : [];
  });
  return { changes, failed };
}

function inOrder(entries: readonly InventoryEntry[]): Doomed[] {
  return entries
    .map((entry) => ({ entry, ref: refOfEntry(entry) }))
    .sort((a, b) => compareApplyOrder(ordering(b.ref), ordering(a.ref)));
}

async function remove(ref: ObjectRef, request: PruneRequest, forget: () => void): Promise<Action> {
  const { client, owner, signal, retryMs = 30_000 } = request;
  const retry = { signal, forMs: retryMs };
  let step = 'query';
  try {
    const resource = await retrying(() => client.resourceFor(gvkOf(ref), { signal }), retry);
    const live = await retrying(() => client.getMetadata(resource, ref, { signal }), retry);
    if (!mayPrune(live, owner)) return 'skipped';
    forget();
    const { uid } = live.metadata;
    const options = { propagationPolicy: 'Background', ...(uid && { uid }), signal } as const;
    step = 'delete';
    await retrying(() => client.delete(resource, ref, options), retry);
    return 'deleted';
  } catch (error) {
    // A kind that is not served any more has no objects either.
    if (isKube(error, 'notFound')) return 'deleted';
    throw objectRejected(error, { object: bare(ref), step });
  }
}

/** Whether an object is its owner's to delete: nobody took it over, and it does not say that it is to be left alone. */
export function mayPrune(live: PartialObject, owner: ApplyOwner): boolean {
  const { ignored, keep } = treatmentOf(live, owner.group);
  return !ignored && !keep && isOwnedBy(live, owner);
}

function bare({ apiVersion, kind, namespace, name }: ObjectRef): KubeObject {
  return { apiVersion, kind, metadata: { namespace, name } };
}
