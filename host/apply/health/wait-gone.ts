import type { WaitRequest } from '../types.ts';
import { objectsRemain } from './errors.ts';
import type { WatchPool } from './watch-pool.ts';
import { follow, type WatchedObject } from './watched-object.ts';

/**
 * Resolves when none of the objects exists any more: `deletionPolicy: WaitForTermination`.
 * @throws FluxError FLUX_E_PRUNE_TIMEOUT with the objects that remain; the signal's reason when it aborts
 */
export async function waitGone(
  request: Pick<WaitRequest, 'client' | 'objects' | 'timeoutMs' | 'identity' | 'signal'>,
  pool: WatchPool,
): Promise<void> {
  const { signal, objects, timeoutMs } = request;
  signal.throwIfAborted();
  const { promise, resolve } = Promise.withResolvers<void>();
  const watched: WatchedObject[] = [];
  const remaining = (): WatchedObject[] => watched.filter(({ health }) => health?.status !== 'NotFound');
  const look = (): void => {
    if (watched.length === objects.length && remaining().length === 0) resolve();
  };
  const timeout = setTimeout(resolve, timeoutMs);
  const abort = (): void => resolve();
  signal.addEventListener('abort', abort, { once: true });
  try {
    for (const ref of objects) {
      const following = { request: { ...request, failFast: false }, pool, since: undefined, onChange: look };
      watched.push(follow(ref, following));
    }
    look();
    await promise;
    signal.throwIfAborted();
    const left = remaining();
    if (left.length > 0) throw objectsRemain(left.map(({ ref }) => ref));
  } finally {
    clearTimeout(timeout);
    signal.removeEventListener('abort', abort);
    for (const object of watched) object.stop();
  }
}
