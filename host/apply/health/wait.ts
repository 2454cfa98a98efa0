import type { KubeObject, ObjectRef } from '../../kube/types.ts';
import { objectId } from '../inventory.ts';
import type { ObjectTracker } from '../tracker.ts';
import type { Health, WaitRequest } from '../types.ts';
import { computeHealth } from './compute.ts';
import { healthFailed, healthTimedOut, type Verdict } from './errors.ts';
import type { WatchPool } from './watch-pool.ts';
import { follow, type WatchedObject } from './watched-object.ts';

export interface WaitState {
  readonly pool: WatchPool;
  readonly tracker?: ObjectTracker | undefined;
}

/**
 * Resolves when all objects are Current, as soon as the API server tells so. What `live` or the tracker shows to be
 * Current costs no request.
 * @throws FluxError FLUX_E_HEALTH_FAILED when an object failed for good (all have to be decided unless `failFast`),
 * FLUX_E_HEALTH_TIMEOUT with each object that is not ready; the signal's reason when it aborts
 */
export async function waitHealthy(request: WaitRequest, { pool, tracker }: WaitState): Promise<void> {
  const { signal, timeoutMs } = request;
  signal.throwIfAborted();
  const open = request.objects.filter((ref) => !isKnownReady(ref, request, tracker));
  if (open.length === 0) return;
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), timeoutMs);
  const { promise, resolve } = Promise.withResolvers<void>();
  const watched: WatchedObject[] = [];
  let pending = false;
  let told = '';
  const tell = (): void => {
    if (!request.onWait) return;
    const refs = watched
      .filter((object) => effective(object, request)?.status !== 'Current')
      .map(({ ref }) => ref);
    const names = refs.map(objectId).join();
    if (names !== told) request.onWait(refs);
    told = names;
  };
  const look = (): void => {
    pending = false;
    tell();
    if (isDecided(watched, request)) resolve();
  };
  // One event often brings several changes: judge once when all are in.
  const onChange = (): void => {
    if (!pending) queueMicrotask(look);
    pending = true;
  };
  const ended = AbortSignal.any([signal, timer.signal]);
  ended.addEventListener('abort', () => resolve(), { once: true });
  try {
    for (const ref of open) {
      watched.push(follow(ref, { request, pool, since: request.live?.get(objectId(ref)), onChange }));
    }
    onChange();
    await promise;
    signal.throwIfAborted();
    conclude(watched, request, timer.signal.aborted);
    for (const { ref, seen } of watched) keepHealthy(ref, seen, { request, tracker });
  } finally {
    clearTimeout(timeout);
    for (const object of watched) object.stop();
  }
}

function isKnownReady(ref: ObjectRef, request: WaitRequest, tracker: ObjectTracker | undefined): boolean {
  const id = objectId(ref);
  const live = request.live?.get(id);
  // By another rule the same object may not be healthy.
  if (!live) return !request.readers && (tracker?.isHealthy(id) ?? false);
  const health = request.readers?.(live) ?? computeHealth(live);
  if (health.status !== 'Current') return false;
  keepHealthy(ref, live, { request, tracker });
  return true;
}

function keepHealthy(
  ref: ObjectRef,
  seen: KubeObject | undefined,
  { request, tracker }: { request: WaitRequest; tracker: ObjectTracker | undefined },
): void {
  const { resourceVersion } = seen?.metadata ?? {};
  if (resourceVersion && !request.readers) tracker?.rememberHealthy(objectId(ref), resourceVersion);
}

/** The health that counts: a Job that cleans up after itself has finished when it is gone. */
function effective({ ref, health }: WatchedObject, { jobsWithTtl = [] }: WaitRequest): Health | undefined {
  if (health?.status !== 'NotFound') return health;
  const id = objectId(ref);
  const done = jobsWithTtl.some((job) => objectId(job) === id);
  return done ? { status: 'Current', message: 'Job was deleted after it finished' } : health;
}

function isDecided(watched: readonly WatchedObject[], request: WaitRequest): boolean {
  const states = watched.map((object) => effective(object, request)?.status);
  if (request.failFast && states.includes('Failed')) return true;
  return states.every((status) => status === 'Current' || status === 'Failed');
}

function conclude(watched: readonly WatchedObject[], request: WaitRequest, timedOut: boolean): void {
  const verdicts: Verdict[] = watched.map((object) => ({
    ref: object.ref,
    health: effective(object, request),
  }));
  const counts = ({ health }: Verdict): boolean =>
    timedOut ? health?.status !== 'Current' : health?.status === 'Failed';
  const bad = verdicts.filter(counts);
  if (bad.length === 0) return;
  throw timedOut ? healthTimedOut(bad) : healthFailed(bad);
}
