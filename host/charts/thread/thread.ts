import { Worker } from 'node:worker_threads';
import { errorText } from '../../errors/text.ts';
import { fromFailure } from '../../threads/failure.ts';
import { threadScript } from '../../threads/script.ts';
import { readerFailed } from '../errors.ts';
import type { CacheSettings, JobName, Jobs, Reply } from './protocol.ts';

export interface ChartThreadOptions {
  readonly cache: CacheSettings;
  /** Without a job for this long the thread ends. */
  readonly idleMs: number;
  /** Longest job. */
  readonly timeoutMs: number;
  readonly heapMiB: number;
}

/** One thread for jobs about indexes or charts; it starts when it is needed. */
export interface ChartThread {
  /** @param what is worked on, for messages */
  run<Name extends JobName>(
    name: Name,
    input: Jobs[Name]['input'],
    what: string,
  ): Promise<Jobs[Name]['output']>;
  close(): Promise<void>;
}

interface Pending {
  readonly what: string;
  readonly timer: NodeJS.Timeout;
  resolve(output: unknown): void;
  reject(error: Error): void;
}

export function createChartThread({ cache, idleMs, timeoutMs, heapMiB }: ChartThreadOptions): ChartThread {
  const pending = new Map<number, Pending>();
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;

  const settle = (id: number): Pending | undefined => {
    const found = pending.get(id);
    if (!found) return undefined;
    pending.delete(id);
    clearTimeout(found.timer);
    if (pending.size === 0) {
      worker?.unref();
      idle = setTimeout(end, idleMs).unref();
    }
    return found;
  };
  const end = () => {
    const ended = worker;
    worker = undefined;
    return ended?.terminate();
  };
  /** Whatever it worked on, all has to begin anew. */
  const fail = (failed: Worker, why: string) => {
    if (failed !== worker) return;
    const ended = end();
    for (const id of [...pending.keys()]) {
      const job = settle(id);
      job?.reject(readerFailed(job.what, why));
    }
    return ended;
  };
  const start = (): Worker => {
    const started = new Worker(threadScript('charts'), {
      name: 'charts',
      workerData: cache,
      resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: heapMiB },
    });
    started.on('message', (reply: Reply) => {
      const job = settle(reply.id);
      if (!job) return;
      if ('failure' in reply) job.reject(fromFailure(reply.failure));
      else job.resolve(reply.output);
    });
    started.on('error', (error) => fail(started, errorText(error)));
    started.on('exit', () => fail(started, 'its thread ended'));
    return started;
  };

  return {
    run<Name extends JobName>(name: Name, input: Jobs[Name]['input'], what: string) {
      clearTimeout(idle);
      worker ??= start();
      const current = worker;
      current.ref();
      lastId += 1;
      const id = lastId;
      const { promise, resolve, reject } = Promise.withResolvers<Jobs[Name]['output']>();
      const timer = setTimeout(() => fail(current, `it took longer than ${timeoutMs / 1000} s`), timeoutMs);
      pending.set(id, { what, timer, resolve, reject });
      current.postMessage({ id, name, input });
      return promise;
    },
    async close() {
      clearTimeout(idle);
      if (worker) await fail(worker, 'the host stops');
      clearTimeout(idle);
    },
  };
}
