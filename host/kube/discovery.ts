import { discoverAll, discoverGroupVersion } from './discovery-documents.ts';
import { noMatchError } from './errors.ts';
import { formatApiVersion } from './object.ts';
import type { Rest } from './rest.ts';
import { pause } from './retry.ts';
import type { ApiResource, GroupVersionKind } from './types.ts';

/** Cached knowledge of which kinds the API server serves. */
export interface Discovery {
  /** @throws KubeError with `noMatch` when the kind is not served */
  resourceFor(gvk: GroupVersionKind, signal?: AbortSignal): Promise<ApiResource>;
  resources(signal?: AbortSignal): Promise<ApiResource[]>;
  /** Drops a group and version: a request for one of its kinds found nothing there. */
  forget(groupVersion: { group: string; version: string }): void;
}

type Kinds = ReadonlyMap<string, ApiResource>;

/** `resources()` may be this old: it serves listings, not decisions. */
const maxListAgeMs = 30_000;
/** Least time between two requests for the same group and version. */
const missIntervalMs = 1_000;

export function createDiscovery(rest: Rest): Discovery {
  let groups = new Map<string, Kinds>();
  let all: { readonly at: number; readonly resources: Promise<ApiResource[]> } | undefined;
  const refreshes = new Map<string, { startedAt: number; queued?: Promise<void> | undefined }>();

  function loadAll(): Promise<ApiResource[]> {
    // Not tied to the signal of one caller: others wait for the same answer.
    const resources = discoverAll(rest);
    const entry = { at: performance.now(), resources };
    all = entry;
    resources.then(
      (found) => {
        groups = new Map(
          Object.entries(Object.groupBy(found, formatApiVersion)).map(([key, kinds]) => [
            key,
            byKind(kinds ?? []),
          ]),
        );
      },
      () => {
        if (all === entry) all = undefined;
      },
    );
    return resources;
  }

  /**
   * Asks for one group and version again. Callers share a refresh that has not started yet, never one that has: the answer
   * must be younger than the question, so that a kind is found right after its CRD was applied.
   */
  function refresh(gvk: GroupVersionKind): Promise<void> {
    const apiVersion = formatApiVersion(gvk);
    const state = refreshes.get(apiVersion) ?? { startedAt: Number.NEGATIVE_INFINITY };
    refreshes.set(apiVersion, state);
    state.queued ??= (async () => {
      await pause(Math.max(0, state.startedAt + missIntervalMs - performance.now()));
      state.startedAt = performance.now();
      state.queued = undefined;
      groups.set(apiVersion, byKind(await discoverGroupVersion(rest, gvk)));
    })();
    return state.queued;
  }

  return {
    async resourceFor(gvk, signal) {
      const find = () => groups.get(formatApiVersion(gvk))?.get(gvk.kind);
      if (groups.size === 0) await abortable(all?.resources ?? loadAll(), signal);
      const known = find();
      if (known) return known;
      await abortable(refresh(gvk), signal);
      const found = find();
      if (!found) throw noMatchError(gvk);
      return found;
    },
    async resources(signal) {
      const fresh = all && performance.now() - all.at < maxListAgeMs ? all.resources : loadAll();
      return [...(await abortable(fresh, signal))];
    },
    forget(groupVersion) {
      groups.delete(formatApiVersion(groupVersion));
    },
  };
}

function byKind(resources: readonly ApiResource[]): Kinds {
  return new Map(resources.map((resource) => [resource.kind, resource]));
}

/** Waits for shared work, but no longer than the caller wants to. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
