import { setTimeout as sleep } from 'node:timers/promises';
import { refOfEntry } from '../../apply/inventory.ts';
import type { InventoryEntry } from '../../apply/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { isKube } from '../../kube/errors.ts';
import { formatRef, gvkOf } from '../../kube/object.ts';
import type { KubeClient, ObjectRef } from '../../kube/types.ts';

const pauseMs = 1000;

/**
 * Waits until none of the objects exists any more. Asks once a second: this happens once in the life of a Kustomization.
 * @throws FluxError naming what is still there when the time is over
 */
export async function waitGone(run: {
  client: KubeClient;
  entries: readonly InventoryEntry[];
  timeoutMs: number;
  signal: AbortSignal;
}): Promise<void> {
  const deadline = performance.now() + run.timeoutMs;
  let left = run.entries.map(refOfEntry);
  for (;;) {
    const states = await Promise.all(left.map((ref) => exists(run, ref)));
    left = left.filter((_, index) => states[index]);
    if (left.length === 0) return;
    if (performance.now() > deadline) {
      throw new FluxError('FLUX_E_TERMINATION', `still there: ${left.map(formatRef).join(', ')}`);
    }
    await sleep(pauseMs, undefined, { signal: run.signal });
  }
}

async function exists(run: { client: KubeClient; signal: AbortSignal }, ref: ObjectRef): Promise<boolean> {
  try {
    const resource = await run.client.resourceFor(gvkOf(ref), { signal: run.signal });
    await run.client.getMetadata(resource, ref, { signal: run.signal });
    return true;
  } catch (error) {
    // Any other failure says nothing about the object: it is asked for again.
    return !isKube(error, 'notFound') && !isKube(error, 'noMatch');
  }
}
