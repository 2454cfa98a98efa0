import { createDelays } from './delays.ts';
import { createHeap } from './heap.ts';

/** Options of {@link createWorkQueue}. */
export interface WorkQueueOptions {
  /** First delay of {@link WorkQueue.addRateLimited}; doubles with every retry. Default 750 ms (Flux's `--min-retry-delay`). */
  readonly minRetryMs?: number;
  /** Longest such delay. Default 15 min (Flux's `--max-retry-delay`). */
  readonly maxRetryMs?: number;
  readonly hooks?: WorkQueueHooks;
}

/** What feeds the `workqueue_*` metrics; hooks must not throw. */
export interface WorkQueueHooks {
  onAdd?(): void;
  /** A key comes later, after a failure or because its time is then. */
  onRetry?(): void;
  /** Keys of a priority that are due and wait for a worker. */
  onDepth?(depth: number, priority: number): void;
  /** From due to taken by a worker. */
  onQueueDuration?(ms: number): void;
  /** From taken to done. */
  onWorkDuration?(ms: number): void;
}

/**
 * A queue of keys with client-go's guarantees: a key is in it at most once, is worked on by at most one worker at a time, and a key
 * added while it is worked on comes again afterwards.
 */
export interface WorkQueue {
  /** Keys that are due and wait for a worker. */
  readonly length: number;
  /** Keys that are worked on. */
  readonly processing: number;
  /** Keys that come due later. */
  readonly delayed: number;
  /** Higher `priority` (default 0) goes first, the same one in order of arrival; a queued key keeps the highest it was given. */
  add(key: string, options?: { priority?: number }): void;
  /** The earliest of several times for a key wins, unless `replace` takes back those before. */
  addAfter(key: string, ms: number, options?: { replace?: boolean }): void;
  /** Later with every call until {@link forget}. Returns the delay in ms. */
  addRateLimited(key: string): number;
  /** The key succeeded: its next retry is a first one. */
  forget(key: string): void;
  /** How often a key was added rate-limited since it was last forgotten. */
  retries(key: string): number;
  /** The next key; waits for one. `undefined` when the queue shut down. Every key taken must be given to {@link done}. */
  take(): Promise<string | undefined>;
  done(key: string): void;
  /**
   * Nothing more comes in: what waits is still handed out (unless `drain` is false), what is delayed is dropped, workers then
   * get `undefined`. Resolves when nothing waits and every key that was taken is done.
   */
  shutDown(options?: { drain?: boolean }): Promise<void>;
}

interface Queued {
  readonly key: string;
  readonly priority: number;
  readonly sequence: number;
  readonly dueAt: number;
}

export function createWorkQueue(options: WorkQueueOptions = {}): WorkQueue {
  const { minRetryMs = 750, maxRetryMs = 15 * 60_000, hooks = {} } = options;
  const heap = createHeap<Queued>((a, b) =>
    a.priority === b.priority ? a.sequence < b.sequence : a.priority > b.priority,
  );
  // As in the delays: an entry of the heap counts only while it is the one in here.
  const queued = new Map<string, Queued>();
  const processing = new Map<string, { readonly since: number; again?: { priority: number } }>();
  const depths = new Map<number, number>();
  const failures = new Map<string, number>();
  const waiting: ((key: string | undefined) => void)[] = [];
  const idle: (() => void)[] = [];
  const delays = createDelays((key) => add(key));
  let sequence = 0;
  let shuttingDown = false;

  function add(key: string, { priority = 0 }: { priority?: number } = {}): void {
    if (shuttingDown) return;
    const active = processing.get(key);
    if (active) {
      if (!active.again) hooks.onAdd?.();
      active.again = { priority: Math.max(priority, active.again?.priority ?? priority) };
      return;
    }
    const known = queued.get(key);
    if (known && known.priority >= priority) return;
    if (!known) hooks.onAdd?.();
    enqueue({
      key,
      priority,
      sequence: known?.sequence ?? sequence++,
      dueAt: known?.dueAt ?? performance.now(),
    });
  }

  function count(priority: number, change: 1 | -1): void {
    const depth = (depths.get(priority) ?? 0) + change;
    depths.set(priority, depth);
    hooks.onDepth?.(depth, priority);
  }

  function enqueue(entry: Queued): void {
    const known = queued.get(entry.key);
    if (known) count(known.priority, -1);
    count(entry.priority, 1);
    queued.set(entry.key, entry);
    heap.push(entry);
    const worker = waiting.shift();
    if (worker) worker(next());
  }

  function next(): string | undefined {
    for (let entry = heap.pop(); entry; entry = heap.pop()) {
      if (queued.get(entry.key) !== entry) continue;
      queued.delete(entry.key);
      const now = performance.now();
      processing.set(entry.key, { since: now });
      count(entry.priority, -1);
      hooks.onQueueDuration?.(now - entry.dueAt);
      return entry.key;
    }
    return undefined;
  }

  function settle(): void {
    if (!shuttingDown || queued.size > 0 || processing.size > 0) return;
    for (const resolve of idle.splice(0)) resolve();
  }

  return {
    get length() {
      return queued.size;
    },
    get processing() {
      return processing.size;
    },
    get delayed() {
      return delays.size;
    },
    add,
    addAfter(key, ms, options) {
      if (shuttingDown) return;
      if (ms <= 0) add(key);
      else {
        hooks.onRetry?.();
        delays.add(key, ms, options);
      }
    },
    addRateLimited(key) {
      const count = failures.get(key) ?? 0;
      const delayMs = Math.min(minRetryMs * 2 ** Math.min(count, 50), maxRetryMs);
      if (shuttingDown) return delayMs;
      failures.set(key, count + 1);
      hooks.onRetry?.();
      delays.add(key, delayMs);
      return delayMs;
    },
    forget(key) {
      failures.delete(key);
    },
    retries: (key) => failures.get(key) ?? 0,
    async take() {
      const key = next();
      if (key !== undefined) return key;
      if (shuttingDown) return undefined;
      const { promise, resolve } = Promise.withResolvers<string | undefined>();
      waiting.push(resolve);
      return promise;
    },
    done(key) {
      const active = processing.get(key);
      if (!active) throw new Error(`done without take: ${key}`);
      processing.delete(key);
      hooks.onWorkDuration?.(performance.now() - active.since);
      if (active.again && !shuttingDown) {
        enqueue({ key, priority: active.again.priority, sequence: sequence++, dueAt: performance.now() });
      }
      settle();
    },
    shutDown({ drain = true } = {}) {
      shuttingDown = true;
      delays.clear();
      if (!drain) queued.clear();
      for (const worker of waiting.splice(0)) worker(undefined);
      const { promise, resolve } = Promise.withResolvers<void>();
      idle.push(resolve);
      settle();
      return promise;
    },
  };
}
