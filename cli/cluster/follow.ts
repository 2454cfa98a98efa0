import { isKube } from '@flux-host/host/kube/errors.ts';
import { createReflector } from '@flux-host/host/kube/reflector.ts';
import type { PartialObject, ReflectorOptions, Store } from '@flux-host/host/kube/types.ts';

export interface FollowOptions<T extends PartialObject>
  extends Pick<
    ReflectorOptions<T>,
    'client' | 'resource' | 'namespace' | 'labelSelector' | 'fieldSelector' | 'onEvent'
  > {
  /** Runs when everything that was there at the beginning has been handed over. */
  onSynced?(store: Store<T>): void;
  readonly signal: AbortSignal;
}

/**
 * Hands over all objects that there are and then every change, across lost connections. Returns when the signal aborts.
 * @throws KubeError when the API server refuses: a person waits here, so that it is not asked again as a controller would
 */
export async function follow<T extends PartialObject>(options: FollowOptions<T>): Promise<void> {
  const { signal, onSynced, ...scope } = options;
  if (signal.aborted) return;
  const refused = Promise.withResolvers<never>();
  const ended = Promise.withResolvers<void>();
  const stop = new AbortController();
  const all = AbortSignal.any([signal, stop.signal]);
  all.addEventListener('abort', () => ended.resolve(), { once: true });
  const reflector = createReflector<T>({
    ...scope,
    resyncMs: 0,
    onError(error) {
      if (isFinal(error)) refused.reject(error);
    },
  });
  reflector.start(all).then(
    () => onSynced?.(reflector.store),
    // Only an abort ends the first list, and that is what `ended` tells.
    () => {},
  );
  try {
    await Promise.race([refused.promise, ended.promise]);
  } finally {
    stop.abort();
  }
}

function isFinal(error: unknown): boolean {
  return (['forbidden', 'unauthorized', 'noMatch', 'invalid'] as const).some((property) =>
    isKube(error, property),
  );
}
