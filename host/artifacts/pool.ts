import { Worker } from 'node:worker_threads';
import { fromFailure } from '../threads/failure.ts';
import { threadScript } from '../threads/script.ts';
import type { JobName, JobReply, Jobs } from './jobs.ts';

/** Runs jobs in worker threads. */
export interface WorkerPool {
  run<Name extends JobName>(name: Name, input: Jobs[Name]['input']): Promise<Jobs[Name]['output']>;
  /** Waits for running and queued jobs, then stops the threads. */
  close(): Promise<void>;
}

interface Pending {
  /** `performance.now()` when it was asked for. */
  readonly since: number;
  readonly job: { readonly name: JobName; readonly input: unknown };
  resolve(output: unknown): void;
  reject(error: Error): void;
}

/** Callers are reconciles, so far more than that many waiting jobs mean that something is broken. */
const MAX_QUEUE = 10_000;

/** A job that waited for so long gets a thread more: most are done in a few milliseconds, and a thread takes 9 MiB. */
const BEHIND_MS = 100;

/**
 * `size` threads at most, started when needed and ended when they had nothing to do for a while. Idle ones do not keep the process alive.
 * Two by default: packing is half zlib's own threads, and more would fight over one disk.
 */
export function createWorkerPool({
  size = 2,
  idleMs = 5000,
}: {
  size?: number;
  idleMs?: number;
} = {}): WorkerPool {
  const queue: Pending[] = [];
  const idle: Worker[] = [];
  const timers = new Map<Worker, NodeJS.Timeout>();
  const workers = new Set<Worker>();
  const running = new Set<Promise<unknown>>();
  let again: NodeJS.Timeout | undefined;

  const start = (): Worker => {
    const worker = new Worker(threadScript('artifacts'), {
      name: 'artifacts',
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    workers.add(worker);
    return worker;
  };

  const rest = (worker: Worker): void => {
    worker.unref();
    idle.push(worker);
    const retire = () => {
      timers.delete(worker);
      workers.delete(worker);
      idle.splice(idle.indexOf(worker), 1);
      void worker.terminate();
    };
    timers.set(worker, setTimeout(retire, idleMs).unref());
  };

  const wake = (): Worker | undefined => {
    const worker = idle.pop();
    if (worker) {
      clearTimeout(timers.get(worker));
      timers.delete(worker);
    }
    return worker;
  };

  const give = (worker: Worker, { job, resolve, reject }: Pending): void => {
    const settle = (): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
    };
    const onMessage = (reply: JobReply): void => {
      settle();
      rest(worker);
      if ('failure' in reply) reject(fromFailure(reply.failure));
      else resolve(reply.output);
      next();
    };
    const lost = (error: Error): void => {
      settle();
      // Later complaints of a dead thread have no listener but must not end the process.
      worker.on('error', () => {});
      workers.delete(worker);
      reject(error);
      next();
    };
    const onError = (error: unknown): void => lost(error instanceof Error ? error : new Error(String(error)));
    const onExit = (code: number): void => lost(new Error(`artifact worker thread ended with code ${code}`));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    try {
      worker.postMessage(job);
      worker.ref();
    } catch (error) {
      settle();
      rest(worker);
      reject(error instanceof Error ? error : new Error(String(error)));
      next();
    }
  };

  const next = (): void => {
    clearTimeout(again);
    const [first] = queue;
    if (!first) return;
    const leftMs = workers.size === 0 ? 0 : first.since + BEHIND_MS - performance.now();
    const worker = wake() ?? (workers.size < size && leftMs <= 0 ? start() : undefined);
    if (worker) {
      queue.shift();
      give(worker, first);
      next();
    } else if (workers.size < size) {
      again = setTimeout(next, leftMs);
    }
  };

  return {
    async run<Name extends JobName>(name: Name, input: Jobs[Name]['input']): Promise<Jobs[Name]['output']> {
      if (queue.length >= MAX_QUEUE) throw new Error('too many artifact jobs are waiting');
      const { promise, resolve, reject } = Promise.withResolvers<Jobs[Name]['output']>();
      queue.push({ job: { name, input }, since: performance.now(), resolve, reject });
      running.add(promise);
      next();
      try {
        return await promise;
      } finally {
        running.delete(promise);
      }
    },
    async close() {
      while (running.size > 0) await Promise.allSettled(running);
      await Promise.all([...workers].map((worker) => worker.terminate()));
      clearTimeout(again);
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      workers.clear();
      idle.length = 0;
    },
  };
}
