import { KubeError } from './errors.ts';
import { formatKey, keyOf } from './object.ts';
import { createRecoveryPolicy, type Recovery } from './recovery.ts';
import { startAudits } from './resync.ts';
import { pause } from './retry.ts';
import { createStore } from './store.ts';
import type { PartialObject, Reflector, ReflectorOptions, StoreEvent, WatchEvent } from './types.ts';

/** The server ends a watch after a random time in this range (client-go's), so that load spreads after a restart. */
const watchSeconds = { min: 300, max: 600 };
/** A watch that ends sooner than this with nothing in it counts as a failure: never a busy loop. */
const shortWatchMs = 1_000;
/** So many attempts at a streamed list; then plain lists, whatever the reason was. */
const maxStreamedAttempts = 2;

/**
 * Keeps a store equal to a collection of the API server. Lists once, then watches from where the list ended, and after every
 * interruption from the last event; lists again only when the server has forgotten that version. The first list is
 * streamed (WatchList) where the server can: neither side then holds all objects as one document.
 */
export function createReflector<T extends PartialObject>(options: ReflectorOptions<T>): Reflector<T> {
  const { client, resource, namespace, labelSelector, fieldSelector } = options;
  const scope = {
    ...(namespace && { namespace }),
    ...(labelSelector && { labelSelector }),
    ...(fieldSelector && { fieldSelector }),
  };
  const store = createStore<T>();
  const recovery = createRecoveryPolicy();
  const listeners = new Set<(key: string) => void>();
  const firstList = Promise.withResolvers<void>();
  let started = false;
  let synced = false;
  let interruptions = 0;
  let streamedAttempts = 0;
  /** Where the next watch begins; absent when everything has to be listed. */
  let resourceVersion: string | undefined;
  let endWatch = () => {};

  function report(error: unknown): void {
    try {
      options.onError?.(error);
    } catch {
      // A broken error handler must not end the watch either; there is nobody left to tell.
    }
  }

  function transformed(object: T): T {
    try {
      return options.transform?.(object) ?? object;
    } catch (error) {
      report(error);
      return object;
    }
  }

  function deliver(events: readonly StoreEvent<T>[]): void {
    for (const event of events) {
      for (const listener of listeners) listener(formatKey(keyOf(event.object)));
      try {
        options.onEvent(event);
      } catch (error) {
        report(error);
      }
    }
  }

  function replaceAll(objects: Iterable<T>, listedAt: string): void {
    deliver(store.replace(objects));
    resourceVersion = listedAt;
    streamedAttempts = 0;
    recovery.succeeded();
    synced = true;
    firstList.resolve();
  }

  async function listPlainly(signal: AbortSignal): Promise<void> {
    const { metadataOnly = false } = options;
    const list = await client.list<T>(resource, { ...scope, metadataOnly, signal });
    replaceAll(list.items.map(transformed), list.resourceVersion);
  }

  function take(event: Exclude<WatchEvent<T>, { type: 'BOOKMARK' }>): void {
    // Read before the transform, which may change the object in place.
    const { resourceVersion: version } = event.object.metadata;
    const object = transformed(event.object);
    deliver(event.type === 'DELETED' ? store.remove(object) : store.put(object));
    resourceVersion = version;
  }

  /** One watch, streaming the list first when there is none. Returns how many events came. */
  async function watchOnce(signal: AbortSignal): Promise<number> {
    let initial = resourceVersion === undefined ? new Map<string, T>() : undefined;
    if (initial) streamedAttempts += 1;
    const { metadataOnly = false } = options;
    const timeoutSeconds = Math.round(
      watchSeconds.min + Math.random() * (watchSeconds.max - watchSeconds.min),
    );
    const request = {
      ...scope,
      metadataOnly,
      timeoutSeconds,
      signal,
      ...(resourceVersion === undefined ? { sendInitialEvents: true } : { resourceVersion }),
    };
    let events = 0;
    for await (const event of client.watch<T>(resource, request)) {
      if (signal.aborted) break;
      events += 1;
      if (event.type !== 'BOOKMARK') {
        if (!initial) take(event);
        // Changes made while the list is streamed are mixed in.
        else if (event.type === 'DELETED') initial.delete(formatKey(keyOf(event.object)));
        else initial.set(formatKey(keyOf(event.object)), transformed(event.object));
      } else if (!initial) {
        resourceVersion = event.resourceVersion;
      } else if (event.initialEventsEnd) {
        replaceAll(initial.values(), event.resourceVersion);
        initial = undefined;
      }
      if (!initial) recovery.succeeded();
    }
    return events;
  }

  /** Goes on for one watch; what to do next, or nothing special. */
  async function step(signal: AbortSignal): Promise<Recovery | undefined> {
    const began = performance.now();
    try {
      if (resourceVersion === undefined && streamedAttempts >= maxStreamedAttempts) await listPlainly(signal);
      const events = await watchOnce(signal);
      if (signal.aborted || events > 0 || performance.now() - began >= shortWatchMs) return undefined;
      return recovery.endedEarly();
    } catch (error) {
      if (signal.aborted) return undefined;
      if (resourceVersion === undefined && isRefusedStream(error)) {
        streamedAttempts = maxStreamedAttempts;
        return undefined;
      }
      report(error);
      return recovery.failed(error);
    }
  }

  async function follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const end = new AbortController();
      endWatch = () => end.abort();
      const next = await step(AbortSignal.any([signal, end.signal]));
      interruptions += 1;
      if (next) await pause(next.delayMs, signal).catch(() => {});
      if (next?.relist || end.signal.aborted) resourceVersion = undefined;
    }
    firstList.reject(signal.reason);
  }

  return {
    store,
    get synced() {
      return synced;
    },
    start(signal) {
      if (started) throw new Error('a reflector starts only once');
      started = true;
      void follow(signal);
      startAudits({
        options,
        scope,
        signal,
        store,
        listeners,
        afterFirstList: firstList.promise,
        interruptions: () => interruptions,
        relist: () => endWatch(),
        report,
      });
      return firstList.promise;
    },
  };
}

function isRefusedStream(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 400 || error.status === 422);
}
