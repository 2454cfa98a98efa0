import { moduleOf } from './call-message.ts';
import { closed, queueFull } from './errors.ts';
import { createPace } from './pace.ts';
import { createTurns } from './turns.ts';
import type { SandboxWorker } from './worker.ts';

/** A worker and what the pool knows about it. */
export interface PoolWorker {
  readonly worker: SandboxWorker;
  /** Plugin and tenant of the instance in it; null without one. */
  key: string | null;
  /** When its instance was made for the key, `performance.now()`. */
  keySince: number;
  /** Waiting for the network: it needs no CPU. */
  blocked: boolean;
  blockedSince: number;
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
  /** Threads, those that wait for the network included; some more for as long as slow servers hold all of them. */
  readonly workers: number;
  /** Threads besides those, for plugins that need little memory. */
  readonly lightWorkers: number;
  readonly queue: number;
  /** After this long without a call a thread ends, ms. */
  readonly idleMs: number;
}

/** Hands out workers; calls of one plugin for one tenant are first come first served, plugins and tenants take turns. */
export interface Pool {
  /**
   * A worker, preferably one that holds an instance of `key`. It has to be given back.
   * @throws FluxError FLUX_E_PLUGIN_BUSY when too many wait; the signal's reason
   */
  acquire(key: string, signal?: AbortSignal): Promise<PoolWorker>;
  /** @param memoryBytes of the instance after the call; undefined when the call had no end of its own */
  release(entry: PoolWorker, memoryBytes?: number): void;
  /** Ends the workers whose instances are not needed any more; those that are busy when they are given back. */
  forget(isFor: (key: string) => boolean): void;
  /** Notes that a worker waits for the network, or no longer does. */
  setBlocked(entry: PoolWorker, blocked: boolean): void;
  readonly size: number;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (entry: PoolWorker) => void;
  readonly reject: (error: unknown) => void;
}

/** How often calls that nobody takes are looked at again, ms. */
const lookAgainMs = 100;
/** An instance with more calls to come is left in its thread for so long before another may take its place: to make one takes 1 to 15 ms. */
const turnMs = 50;
/** Calls that wait for the network for so long are slow: others are not held up by them. */
const slowMs = 250;
/** An instance of less than this hardly costs more than its thread. */
const lightBytes = 8 * 2 ** 20;
/** Modules whose memory is remembered. */
const mostModules = 1000;
/** Threads besides `workers`, for as long as slow servers hold those. */
const spareThreads = 8;
/** How long those are kept without a call. */
const spareIdleMs = 2000;

export function workerPool({ start, slots, workers, lightWorkers, queue, idleMs }: PoolOptions): Pool {
  const entries = new Set<PoolWorker>();
  const turns = createTurns<Waiting>();
  const pace = createPace();
  const memory = new Map<string, number>();
  let again: NodeJS.Timeout | undefined;
  let trimming: NodeJS.Timeout | undefined;
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
  const trim = () => {
    trimming = undefined;
    if (entries.size <= workers) return;
    for (const entry of entries) {
      const isIdle = !entry.busy && Date.now() - entry.idleSince >= spareIdleMs;
      if (isIdle && entries.size > workers) void retire(entry);
    }
    trimming = setTimeout(trim, spareIdleMs).unref();
  };

  const isLight = (key: string) => (memory.get(moduleOf(key)) ?? lightBytes) < lightBytes;
  /** Whose calls may have another thread at this moment. */
  const roomFor = (): 'all' | 'light' | 'none' => {
    const slow = ({ blocked, blockedSince }: PoolWorker) =>
      blocked && performance.now() - blockedSince >= slowMs;
    if (entries.size < workers) return 'all';
    if (entries.size < workers + spareThreads && [...entries].every(slow)) return 'all';
    return entries.size < workers + lightWorkers ? 'light' : 'none';
  };
  const mayGrow = (key: string, room = roomFor()) => room === 'all' || (room === 'light' && isLight(key));
  const grow = (key: string): PoolWorker | null => {
    if (!mayGrow(key)) return null;
    const entry = {
      worker: start(),
      key: null,
      keySince: 0,
      blocked: false,
      blockedSince: 0,
      busy: false,
      broken: false,
      idleSince: Date.now(),
      busySince: 0,
    };
    entries.add(entry);
    return entry;
  };
  const inTurn = ({ key, keySince }: PoolWorker) =>
    key !== null && turns.count(key) > 0 && performance.now() - keySince < turnMs;
  // An instance costs far more memory than a thread, unless it is light: one that is idle is used again before another is made, and a queue of
  // short calls is left to the instances that there are.
  const choose = (key: string): PoolWorker | null => {
    const idle = [...entries].filter(({ busy }) => !busy);
    const ready = idle.find((entry) => entry.key === key);
    if (ready) return ready;
    const same = [...entries].filter((entry) => entry.key === key);
    if (same.length > 0 && pace.keepsUp(key, { instances: same, queued: turns.count(key) })) return null;
    const free = idle.filter((entry) => !inTurn(entry));
    const unused = free.find((entry) => entry.key === null);
    if (unused) return unused;
    const [idlest] = free.sort((a, b) => a.idleSince - b.idleSince);
    const inUse = idlest && Date.now() - idlest.idleSince < spareIdleMs;
    return (inUse && isLight(key) ? grow(key) : null) ?? idlest ?? grow(key);
  };
  const serveOne = (): boolean => {
    const allBusy = [...entries].every(({ busy }) => busy);
    const room = roomFor();
    if (allBusy && room === 'none') return false;
    for (const key of turns.keys()) {
      if (allBusy && !mayGrow(key, room)) continue;
      const entry = choose(key);
      if (!entry) continue;
      entry.busy = true;
      entry.busySince = performance.now();
      if (entry.key !== key) entry.keySince = entry.busySince;
      turns.take(key)?.resolve(entry);
      return true;
    }
    return false;
  };
  const pump = () => {
    clearTimeout(again);
    while (turns.size > 0) {
      const computing = [...entries].filter(({ busy, blocked }) => busy && !blocked).length;
      if (computing >= slots) return;
      if (serveOne()) continue;
      again = setTimeout(pump, lookAgainMs);
      return;
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
        if (turns.size >= queue) return reject(queueFull(turns.size));
        const abort = () => {
          turns.remove(key, entry);
          reject(signal?.reason);
        };
        const settle = () => signal?.removeEventListener('abort', abort);
        const entry: Waiting = {
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
        turns.add(key, entry);
        pump();
      });
    },
    release(entry, memoryBytes) {
      if (entry.key !== null) {
        pace.took(entry.key, performance.now() - entry.busySince);
        if (memoryBytes !== undefined) memory.set(moduleOf(entry.key), memoryBytes);
        if (memory.size > mostModules) memory.delete(memory.keys().next().value ?? '');
      }
      entry.busy = entry.blocked = false;
      entry.idleSince = Date.now();
      if (entry.broken) void retire(entry);
      pump();
      if (!trimming && entries.size > workers) trim();
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
      entry.blockedSince = performance.now();
      if (blocked) pump();
    },
    async close() {
      ended = true;
      clearInterval(sweep);
      clearTimeout(trimming);
      clearTimeout(again);
      for (const { reject } of turns.drain()) reject(closed());
      await Promise.all([...entries].map(retire));
    },
  };
}
