import { closed, queueFull } from './errors.ts';
import { createPace } from './pace.ts';
import type { SandboxWorker } from './worker.ts';

/** A worker and what the pool knows about it. */
export interface PoolWorker {
  readonly worker: SandboxWorker;
  /** Plugin and tenant of the instance in it; null without one. */
  key: string | null;
  /** Waiting for the network: it needs no CPU. */
  blocked: boolean;
  busy: boolean;
  /** It ended, or what is in it cannot be trusted. */
  broken: boolean;
  idleSince: number;
  /** Start of the call that it is busy with. */
  busySince: number;
}

export interface PoolOptions {
  start(): SandboxWorker;
  /** Calls that compute at the same time. */
  readonly slots: number;
  /** Threads, those that wait for the network included. */
  readonly workers: number;
  readonly queue: number;
  /** After this long without a call a thread ends, ms. */
  readonly idleMs: number;
}

/** Hands out workers, first come first served. */
export interface Pool {
  /**
   * A worker, preferably one that holds an instance of `key`. It has to be given back.
   * @throws FluxError FLUX_E_PLUGIN_BUSY when too many wait; the signal's reason
   */
  acquire(key: string, signal?: AbortSignal): Promise<PoolWorker>;
  release(entry: PoolWorker): void;
  /** Ends the workers whose instances are not needed any more; those that are busy when they are given back. */
  forget(isFor: (key: string) => boolean): void;
  /** Notes that a worker waits for the network, or no longer does. */
  setBlocked(entry: PoolWorker, blocked: boolean): void;
  readonly size: number;
  close(): Promise<void>;
}

interface Waiting {
  readonly key: string;
  readonly resolve: (entry: PoolWorker) => void;
  readonly reject: (error: unknown) => void;
}

/** How often a queue that is left to its instance is looked at again, ms. */
const lookAgainMs = 100;

export function workerPool({ start, slots, workers, queue, idleMs }: PoolOptions): Pool {
  const entries = new Set<PoolWorker>();
  const waiting: Waiting[] = [];
  const pace = createPace();
  let again: NodeJS.Timeout | undefined;
  let ended = false;

  const retire = (entry: PoolWorker) => {
    entries.delete(entry);
    return entry.worker.terminate();
  };
  const sweep = setInterval(
    () => {
      for (const entry of entries) {
        if (!entry.busy && Date.now() - entry.idleSince >= idleMs) void retire(entry);
      }
    },
    Math.max(idleMs / 2, 10),
  );
  sweep.unref();

  const grow = (): PoolWorker | null => {
    if (entries.size >= workers) return null;
    const entry = {
      worker: start(),
      key: null,
      blocked: false,
      busy: false,
      broken: false,
      idleSince: Date.now(),
      busySince: 0,
    };
    entries.add(entry);
    return entry;
  };
  // An instance costs far more memory than a thread: one that is idle is used again before another is made, and a queue of short calls is left
  // to the instances that there are.
  const choose = (key: string): PoolWorker | null => {
    const idle = [...entries].filter(({ busy }) => !busy);
    const ready = idle.find((entry) => entry.key === key);
    if (ready) return ready;
    const same = [...entries].filter((entry) => entry.key === key);
    if (same.length > 0 && pace.keepsUp(key, { instances: same, queued: waiting.length })) return null;
    const unused = idle.find((entry) => entry.key === null);
    return unused ?? idle.sort((a, b) => a.idleSince - b.idleSince)[0] ?? grow();
  };
  const pump = () => {
    clearTimeout(again);
    for (let next = waiting[0]; next; next = waiting[0]) {
      const computing = [...entries].filter(({ busy, blocked }) => busy && !blocked).length;
      if (computing >= slots) return;
      const entry = choose(next.key);
      if (!entry) {
        again = setTimeout(pump, lookAgainMs);
        return;
      }
      waiting.shift();
      entry.busy = true;
      entry.busySince = performance.now();
      next.resolve(entry);
    }
  };

  return {
    get size() {
      return entries.size;
    },
    acquire(key, signal) {
      return new Promise((resolve, reject) => {
        if (ended) return reject(closed());
        if (signal?.aborted) return reject(signal.reason);
        if (waiting.length >= queue) return reject(queueFull(waiting.length));
        const abort = () => {
          const index = waiting.indexOf(entry);
          if (index >= 0) waiting.splice(index, 1);
          reject(signal?.reason);
        };
        const settle = () => signal?.removeEventListener('abort', abort);
        const entry: Waiting = {
          key,
          resolve: (value) => {
            settle();
            resolve(value);
          },
          reject: (error) => {
            settle();
            reject(error);
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        waiting.push(entry);
        pump();
      });
    },
    release(entry) {
      if (entry.key !== null) pace.took(entry.key, performance.now() - entry.busySince);
      entry.busy = entry.blocked = false;
      entry.idleSince = Date.now();
      if (entry.broken) void retire(entry);
      pump();
    },
    forget(isFor) {
      for (const entry of entries) {
        if (entry.key === null || !isFor(entry.key)) continue;
        if (entry.busy) entry.broken = true;
        else void retire(entry);
      }
    },
    setBlocked(entry, blocked) {
      entry.blocked = blocked;
      if (blocked) pump();
    },
    async close() {
      ended = true;
      clearInterval(sweep);
      clearTimeout(again);
      for (const { reject } of waiting.splice(0)) reject(closed());
      await Promise.all([...entries].map(retire));
    },
  };
}
