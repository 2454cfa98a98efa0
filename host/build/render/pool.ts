import { Worker } from 'node:worker_threads';
import { FluxError } from '../../errors/flux-error.ts';
import { threadScript } from '../../threads/script.ts';
import { renderCrashed, renderTimeout } from '../errors.ts';
import type { RenderAnswer, RenderFailure, RenderJob, RenderResults, RenderWork } from './protocol.ts';
import type { Rendered } from './render.ts';
import type { Substitution } from './substitution.ts';

export interface RenderPoolOptions {
  /** Threads at most. They start when they are needed. */
  readonly threads: number;
  /** A thread that had nothing to do for this long ends and gives its memory back. */
  readonly idleMs: number;
  /** Longest time for one build. */
  readonly timeoutMs: number;
  /** Heap of a thread, MiB. */
  readonly heapMiB: number;
}

export interface RenderPool {
  /** @throws FluxError as {@link render} does, or when it takes too long or too much memory; AbortError */
  render(stream: string, substitution: Substitution | null, signal: AbortSignal): Promise<Rendered>;
  /** Does other work of a thread. @throws like {@link render} */
  run<Kind extends RenderWork['kind']>(
    work: Extract<RenderWork, { kind: Kind }>,
    signal: AbortSignal,
  ): Promise<RenderResults[Kind]>;
  close(): Promise<void>;
}

type Outcome = Error | { readonly result: RenderResults[RenderWork['kind']] };

interface Task {
  readonly job: RenderJob;
  readonly signal: AbortSignal;
  settle(outcome: Outcome): void;
}

interface Thread {
  readonly worker: Worker;
  task: Task | null;
  timer: NodeJS.Timeout | null;
}

/** Worker threads that substitute and parse. A job that is aborted while it runs ends with its thread. */
export function createRenderPool(options: RenderPoolOptions): RenderPool {
  const threads = new Set<Thread>();
  const queue: Task[] = [];
  let lastId = 0;

  const finish = (thread: Thread, outcome: Outcome) => {
    const { task } = thread;
    if (thread.timer) clearTimeout(thread.timer);
    thread.task = null;
    task?.settle(outcome);
    if (threads.has(thread)) {
      thread.worker.unref();
      thread.timer = setTimeout(() => end(thread), options.idleMs);
      thread.timer.unref();
    }
    next();
  };
  const end = (thread: Thread) => {
    threads.delete(thread);
    if (thread.timer) clearTimeout(thread.timer);
    return thread.worker.terminate();
  };
  const fail = (thread: Thread, error: Error) => {
    void end(thread);
    finish(thread, error);
  };
  const start = (): Thread => {
    const worker = new Worker(threadScript('render'), {
      name: 'render',
      resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: options.heapMiB },
    });
    const thread: Thread = { worker, task: null, timer: null };
    worker.on('message', (answer: RenderAnswer) => {
      if (answer.id === thread.task?.job.id) finish(thread, outcomeOf(answer));
    });
    worker.on('error', (error) => fail(thread, crashOf(error)));
    worker.on('exit', () => {
      if (threads.has(thread)) fail(thread, renderCrashed('its thread ended'));
    });
    threads.add(thread);
    return thread;
  };
  const next = () => {
    const idle = [...threads].find(({ task }) => task === null);
    if (queue.length === 0 || (!idle && threads.size >= options.threads)) return;
    const task = queue.shift();
    if (!task) return;
    const thread = idle ?? start();
    if (thread.timer) clearTimeout(thread.timer);
    thread.worker.ref();
    thread.task = task;
    thread.timer = setTimeout(() => fail(thread, renderTimeout(options.timeoutMs / 1000)), options.timeoutMs);
    thread.worker.postMessage(task.job);
  };

  const run = (work: RenderWork, signal: AbortSignal) =>
    new Promise<RenderResults[RenderWork['kind']]>((resolve, reject) => {
      signal.throwIfAborted();
      lastId += 1;
      const abort = () => {
        const waiting = queue.indexOf(task);
        if (waiting >= 0) queue.splice(waiting, 1);
        const thread = [...threads].find((candidate) => candidate.task === task);
        const reason: unknown = signal.reason;
        const error = reason instanceof Error ? reason : new DOMException('aborted', 'AbortError');
        if (thread) fail(thread, error);
        else task.settle(error);
      };
      const task: Task = {
        job: { id: lastId, work },
        signal,
        settle: (outcome) => {
          signal.removeEventListener('abort', abort);
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome.result);
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      queue.push(task);
      next();
    });

  return {
    render: (stream, substitution, signal) =>
      run({ kind: 'render', stream, substitution }, signal) as Promise<Rendered>,
    // A thread answers with what the work of its kind gives.
    run: <Kind extends RenderWork['kind']>(work: Extract<RenderWork, { kind: Kind }>, signal: AbortSignal) =>
      run(work, signal) as Promise<RenderResults[Kind]>,
    close: async () => {
      const running = [...threads];
      const tasks = [...queue.splice(0), ...running.flatMap(({ task }) => task ?? [])];
      const error = new DOMException('the builder was closed', 'AbortError');
      for (const task of tasks) task.settle(error);
      await Promise.all(running.map(end));
    },
  };
}

function outcomeOf(answer: RenderAnswer): Outcome {
  if ('result' in answer) return { result: answer.result };
  if ('failure' in answer) return errorOf(answer.failure);
  return new Error(answer.crash);
}

function errorOf({ code, message, hint, reason }: RenderFailure): FluxError {
  return new FluxError(code, message, { ...(hint ? { hint } : {}), ...(reason ? { reason } : {}) });
}

function crashOf(error: unknown): Error {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return renderCrashed('it needs too much memory');
  }
  return error instanceof Error ? error : new Error(String(error));
}
