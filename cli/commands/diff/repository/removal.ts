import type { Kustomization } from '@flux-host/crds/index.ts';
import { ordering, refOfEntry } from '@flux-host/host/apply/inventory.ts';
import { compareApplyOrder } from '@flux-host/host/apply/order.ts';
import { parallel } from '@flux-host/host/apply/parallel.ts';
import { mayPrune } from '@flux-host/host/apply/prune.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { gvkOf, keyOf } from '@flux-host/host/kube/object.ts';
import type { KubeClient, ObjectRef } from '@flux-host/host/kube/types.ts';
import { ownerOf } from '@flux-host/host/reconcile/kustomization/owner.ts';
import type { Change } from './types.ts';

/** The cluster that is asked. */
export interface Cluster {
  readonly client: KubeClient;
  readonly signal: AbortSignal;
}

/** The objects among some that a Kustomization would really delete: that are there, are its own, and are not to be kept. */
export async function deletions(
  refs: readonly ObjectRef[],
  kustomization: Kustomization,
  { client, signal }: Cluster,
): Promise<Change[]> {
  const owner = ownerOf(keyOf(kustomization));
  const doomed = new Set<ObjectRef>();
  await parallel(refs, 8, async (ref) => {
    try {
      const resource = await client.resourceFor(gvkOf(ref), { signal });
      if (mayPrune(await client.getMetadata(resource, ref, { signal }), owner)) doomed.add(ref);
    } catch (error) {
      // Who may not read an object is not told that it stays.
      if (isKube(error, 'forbidden')) doomed.add(ref);
      else if (!isKube(error, 'notFound')) throw error;
    }
  });
  return refs.filter((ref) => doomed.has(ref)).map((ref) => ({ ref, action: 'deleted' }));
}

/** What goes with a Kustomization that is deleted itself, in the order of applying. */
export function belongings({ spec, status }: Kustomization): ObjectRef[] {
  const { suspend = false, prune, deletionPolicy = 'MirrorPrune' } = spec;
  const isKept = suspend || deletionPolicy === 'Orphan' || (deletionPolicy === 'MirrorPrune' && !prune);
  if (isKept) return [];
  const refs = (status?.inventory?.entries ?? []).map(refOfEntry);
  return refs.sort((a, b) => compareApplyOrder(ordering(a), ordering(b)));
}
