import type { Kustomization } from '@flux-host/crds/index.ts';
import { difference, inventoryOf, ordering, refOfEntry } from '@flux-host/host/apply/inventory.ts';
import { compareApplyOrder } from '@flux-host/host/apply/order.ts';
import { type Plan, planApply } from '@flux-host/host/apply/plan.ts';
import { keyOf } from '@flux-host/host/kube/object.ts';
import type { KubeClient, KubeObject, ObjectRef } from '@flux-host/host/kube/types.ts';
import { ownerOf } from '@flux-host/host/reconcile/kustomization/owner.ts';

/** Dry runs at once. */
const concurrency = 8;
/** For how long a request is repeated while the API server is away. */
const patienceMs = 5_000;

/** Compares the objects of a Kustomization with the cluster, by dry runs of the host's applier. */
export function planFor(
  kustomization: Kustomization,
  objects: readonly KubeObject[],
  { client, signal }: { client: KubeClient; signal: AbortSignal },
): Promise<Plan> {
  const { force = false, ignore } = kustomization.spec;
  return planApply({
    owner: ownerOf(keyOf(kustomization)),
    client,
    objects,
    force,
    concurrency,
    stageTimeoutMs: patienceMs,
    signal,
    ...(ignore ? { ignore } : {}),
  });
}

/** What the Kustomization applied before and does not any more, in the order of applying; nothing when it does not prune. */
export function staleObjects({ spec, status }: Kustomization, present: readonly ObjectRef[]): ObjectRef[] {
  if (!spec.prune) return [];
  const stale = difference(status?.inventory?.entries ?? [], inventoryOf(present));
  return stale.map(refOfEntry).sort((a, b) => compareApplyOrder(ordering(a), ordering(b)));
}
