import { Worker } from 'node:worker_threads';
import { fromFailure, type ThreadFailure } from '../../threads/failure.ts';
import { threadScript } from '../../threads/script.ts';
import { invalidModule } from '../errors.ts';
import type { LoadLimits } from '../load.ts';
import type { LoadedPlugin } from '../types.ts';

/** What the thread begins with. */
export interface LoadingTask {
  readonly buffer: ArrayBuffer;
  readonly limits: LoadLimits;
}

export type LoadingReply = { readonly plugin: LoadedPlugin } | { readonly failure: ThreadFailure };

/**
 * {@link loadPlugin} in a thread of its own: to copy and to hash tens of megabytes would hold up everything else. The compiled module is shared between
 * threads, not copied.
 * @param buffer the module; it is empty afterwards
 */
export function loadInThread(buffer: ArrayBuffer, limits: LoadLimits): Promise<LoadedPlugin> {
  const task: LoadingTask = { buffer, limits };
  return new Promise((resolve, reject) => {
    const worker = new Worker(threadScript('loading'), {
      name: 'loading',
      workerData: task,
      transferList: [buffer],
      env: {},
    });
    worker.once('message', (reply: LoadingReply) => {
      if ('plugin' in reply) resolve(reply.plugin);
      else reject(fromFailure(reply.failure));
    });
    worker.once('error', (error) => reject(invalidModule('could not be loaded', error)));
    worker.once('exit', () => reject(invalidModule('could not be loaded: its thread ended')));
  });
}
