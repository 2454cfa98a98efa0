import { createReflector } from '@flux-host/host/kube/reflector.ts';
import type { ApiResource, KubeClient, KubeObject } from '@flux-host/host/kube/types.ts';
import { getCondition, isReady, type WithConditions } from '@flux-host/host/reconcile/conditions.ts';

type Watched = KubeObject & WithConditions;

/** Resolves when the condition holds for all objects of a kind, looked at whenever one changes. @throws Error that names some that are not Ready */
export type Until<T> = (holds: (objects: readonly T[]) => boolean, timeoutMs?: number) => Promise<void>;

/** Watches a kind from the cluster until the signal aborts. */
export async function watchUntil<T extends Watched>(
  client: KubeClient,
  resource: ApiResource,
  signal: AbortSignal,
): Promise<Until<T>> {
  const checks = new Set<() => void>();
  const reflector = createReflector<T>({
    client,
    resource,
    onEvent: () => {
      // The store is filled after the handler ran: look in a moment.
      setImmediate(() => {
        for (const check of checks) check();
      });
    },
  });
  await reflector.start(signal);
  return (holds, timeoutMs = 600_000) =>
    new Promise((resolve, reject) => {
      const check = () => {
        if (!holds(reflector.store.list())) return;
        end();
        resolve();
      };
      const timer = setTimeout(() => {
        end();
        const states = reflector.store
          .list()
          .filter((object) => !isReady(object))
          .slice(0, 5)
          .map(
            (object) =>
              `${object.metadata.name}: ${getCondition(object, 'Ready')?.message ?? 'no condition'}`,
          );
        reject(new Error(`not done after ${timeoutMs / 1000} s; for example ${states.join('; ')}`));
      }, timeoutMs);
      const end = () => {
        clearTimeout(timer);
        checks.delete(check);
      };
      checks.add(check);
      check();
    });
}
