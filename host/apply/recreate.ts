import { isKube } from '../kube/errors.ts';
import { keyOf } from '../kube/object.ts';
import type { PartialObject } from '../kube/types.ts';
import { terminationTimedOut } from './errors.ts';
import type { Prepared } from './prepare.ts';
import { retrying } from './retry.ts';
import type { ApplyRequest } from './types.ts';

/**
 * Deletes an object, with what belongs to it in the background, and waits until it is gone: finalizers may take time.
 * @throws FluxError FLUX_E_APPLY_TERMINATING when it still exists after the stage timeout
 */
export async function recreate({ resource, desired }: Prepared, request: ApplyRequest): Promise<void> {
  const { client, signal, stageTimeoutMs } = request;
  const retry = { signal, forMs: stageTimeoutMs };
  const key = keyOf(desired);
  try {
    const { metadata } = await retrying(() => client.getMetadata(resource, key, { signal }), retry);
    const options = {
      propagationPolicy: 'Background',
      ...(metadata.uid && { uid: metadata.uid }),
      signal,
    } as const;
    await retrying(() => client.delete(resource, key, options), retry);
    await gone();
  } catch (error) {
    if (!isKube(error, 'notFound')) throw error;
  }

  async function gone(): Promise<void> {
    const overdue = AbortSignal.timeout(stageTimeoutMs);
    const either = AbortSignal.any([signal, overdue]);
    try {
      while (!either.aborted) {
        // A read throws once the object is gone; until then the watch tells when to look again.
        const { metadata } = await client.getMetadata(resource, key, { signal: either });
        const watch = client.watch<PartialObject>(resource, {
          ...(key.namespace && { namespace: key.namespace }),
          fieldSelector: `metadata.name=${key.name}`,
          ...(metadata.resourceVersion && { resourceVersion: metadata.resourceVersion }),
          metadataOnly: true,
          timeoutSeconds: 30,
          signal: either,
        });
        for await (const event of watch) if (event.type === 'DELETED') return;
      }
    } catch (error) {
      if (!overdue.aborted) throw error;
    }
    signal.throwIfAborted();
    throw terminationTimedOut(desired, stageTimeoutMs);
  }
}
