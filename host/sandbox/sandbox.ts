import { availableParallelism } from 'node:os';
import { callMessage, checkCall, defaultLimits, instanceKey, isInstanceOf } from './call-message.ts';
import { callServices } from './call-services.ts';
import { createEgress, type Egress } from './egress/egress.ts';
import { closed, outOfMemory, timedOut, trapped } from './errors.ts';
import { inspectPlugin, type LoadLimits, loadPlugin } from './load.ts';
import { loadInThread } from './loading/thread.ts';
import { type PoolWorker, workerPool } from './pool.ts';
import { releaseBytes, wholeBuffer } from './release.ts';
import { outputOf } from './result.ts';
import type { CallLimits, CallResult, LoadedPlugin, PluginCall, Sandbox } from './types.ts';
import { type Done, startWorker, type ThreadLimits, WorkerDied } from './worker.ts';

/** A line that a plugin wrote to its log. */
export interface PluginLog {
  readonly plugin: string;
  readonly tenant: string;
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
}

export interface SandboxOptions {
  /** Calls that compute at the same time; default: the number of CPUs, at least 2. */
  readonly slots?: number;
  /** Threads, those that wait for the network included, as long as servers answer soon; default: as many as `slots`. */
  readonly workers?: number;
  /** Threads besides those, for plugins that need less than 8 MiB; default: as many as `slots`. */
  readonly lightWorkers?: number;
  /** Calls that may wait for a thread; default 10,000. */
  readonly queue?: number;
  /** How long an unused thread lives, ms; default 60,000. */
  readonly idleMs?: number;
  /** An instance that grew beyond this is not kept after its call; default 128 MiB. */
  readonly keepMemoryBytes?: number;
  readonly load?: Partial<LoadLimits>;
  readonly thread?: Partial<ThreadLimits>;
  readonly limits?: Partial<CallLimits>;
  readonly egress?: Egress;
  readonly log?: (entry: PluginLog) => void;
}

const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const;
const mebibyte = 2 ** 20;
/** What is smaller is loaded sooner than a thread is there. */
const largeModule = 4 * mebibyte;

const loadDefaults: LoadLimits = {
  moduleBytes: 128 * mebibyte,
  defaultMemoryBytes: 256 * mebibyte,
  maxMemoryBytes: 2048 * mebibyte,
};

/** Makes the sandbox of the process. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const slots = options.slots ?? Math.max(2, availableParallelism());
  const ownEgress = options.egress ? null : createEgress();
  const egress = options.egress ?? ownEgress ?? createEgress();
  const thread = { heapMegabytes: 256, stackMegabytes: 4, ...options.thread };
  const keepMemoryBytes = options.keepMemoryBytes ?? 128 * mebibyte;
  const pool = workerPool({
    start: () => startWorker(thread),
    slots,
    workers: options.workers ?? slots,
    lightWorkers: options.lightWorkers ?? slots,
    queue: options.queue ?? 10_000,
    idleMs: options.idleMs ?? 60_000,
  });
  let calls = 0;

  const run = async (call: PluginCall, entry: PoolWorker): Promise<Done> => {
    const { plugin, signal } = call;
    const limits = { ...defaultLimits, ...options.limits, ...call.limits };
    await entry.worker.ready.catch((error: unknown) => {
      entry.broken = true;
      throw deathOf(error, call);
    });
    signal?.throwIfAborted();
    calls += 1;
    const key = instanceKey(call);
    const message = callMessage(call, { call: calls, limits, fresh: entry.key !== key });
    entry.key = key;
    const timeoutMs = Math.min(limits.timeoutMs, plugin.timeoutMs);
    const kill = killer(entry, { signal, timeoutMs });
    try {
      return await entry.worker.run({
        message,
        services: (push) =>
          callServices({
            call,
            number: message.call,
            egress,
            push,
            onBlocked: (blocked) => pool.setBlocked(entry, blocked),
          }),
        log: (level, text) =>
          options.log?.({
            plugin: plugin.manifest.name,
            tenant: call.tenant,
            level: levels[level] ?? 'info',
            message: text,
          }),
      });
    } catch (error) {
      if (kill.reason !== 'timeout') throw deathOf(error, call);
      throw timedOut(plugin, call.export, { timeoutMs, blocked: kill.blocked });
    } finally {
      kill.disarm();
    }
  };

  return {
    async load(bytes, { memoryBytes, giveAway = false } = {}) {
      const bounds = { ...loadDefaults, ...options.load };
      const maxMemoryBytes = Math.min(bounds.maxMemoryBytes, memoryBytes ?? bounds.maxMemoryBytes);
      const limits = { ...bounds, maxMemoryBytes };
      const buffer = giveAway && bytes.length > largeModule ? wholeBuffer(bytes) : undefined;
      if (buffer) return loadInThread(buffer, limits);
      const plugin = await loadPlugin(bytes, limits);
      if (giveAway) releaseBytes(bytes);
      return plugin;
    },
    inspect: (file) => inspectPlugin(file, { ...loadDefaults, ...options.load }),
    forget: (digest) => pool.forget((key) => isInstanceOf(key, digest)),
    async call<T>(call: PluginCall): Promise<CallResult<T>> {
      checkCall(call);
      const entry = await pool.acquire(instanceKey(call), call.signal);
      const began = performance.now();
      let memoryBytes: number | undefined;
      try {
        const done = await run(call, entry);
        memoryBytes = done.memoryBytes;
        if (memoryBytes === 0 || memoryBytes > keepMemoryBytes) entry.key = null;
        const output: unknown = outputOf(call.plugin, done.outcome);
        return {
          output: output as T,
          reads: done.reads,
          skipped: done.skipped,
          durationMs: performance.now() - began,
        };
      } finally {
        pool.release(entry, memoryBytes);
      }
    },
    async close() {
      await pool.close();
      await ownEgress?.close();
    },
  };
}

interface Killer {
  readonly reason: 'timeout' | 'abort' | null;
  /** Whether the plugin was waiting for the network when it was ended. */
  readonly blocked: boolean;
  disarm(): void;
}

/** Ends the worker when the time is over or the caller no longer wants the result: nothing else stops a plugin. */
function killer(
  entry: PoolWorker,
  { signal, timeoutMs }: { signal: AbortSignal | undefined; timeoutMs: number },
): Killer {
  let reason: Killer['reason'] = null;
  let blocked = false;
  const kill = (why: 'timeout' | 'abort') => {
    reason ??= why;
    blocked ||= entry.blocked;
    entry.broken = true;
    void entry.worker.terminate();
  };
  const timer = setTimeout(() => kill('timeout'), timeoutMs);
  const abort = () => kill('abort');
  signal?.addEventListener('abort', abort, { once: true });
  return {
    get reason() {
      return reason;
    },
    get blocked() {
      return blocked;
    },
    disarm() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    },
  };
}

function deathOf(
  error: unknown,
  { plugin, signal }: { plugin: LoadedPlugin; signal?: AbortSignal },
): unknown {
  if (!(error instanceof WorkerDied)) return error;
  if (signal?.aborted) return signal.reason;
  if (error.heap) return outOfMemory(plugin, 'its calls of the host used too much');
  return error.cause ? trapped(plugin, String(error.cause)) : closed();
}
