import { createApplier } from '@flux-host/host/apply/create-applier.ts';
import { isAbort } from '@flux-host/host/errors/text.ts';
import type { ObjectRef } from '@flux-host/host/kube/types.ts';
import type { Invocation } from '../command/types.ts';

/** Waits until objects are healthy and prints for each whether it is. */
export async function assess(
  objects: readonly ObjectRef[],
  { cluster, log, signal, timeoutMs }: Invocation,
): Promise<boolean> {
  const { client } = await cluster();
  const applier = createApplier();
  try {
    const outcomes = await Promise.all(
      objects
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .map(async (object) => {
          try {
            await applier.wait({ client, objects: [object], timeoutMs, failFast: true, signal });
            return { object, isReady: true };
          } catch (error) {
            if (signal.aborted && !isAbort(signal.reason)) throw error;
            return { object, isReady: false };
          }
        }),
    );
    for (const { object, isReady } of outcomes) {
      const what = `${object.name}: ${object.kind.toLowerCase()}`;
      if (isReady) log.success(`${what} ready`);
      else log.failure(`${what} not ready`);
    }
    return outcomes.every(({ isReady }) => isReady);
  } finally {
    applier.close();
  }
}
