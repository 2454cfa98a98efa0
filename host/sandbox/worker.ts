import { MessageChannel, Worker } from 'node:worker_threads';
import { threadScript } from '../threads/script.ts';
import type { BridgeMessage, CallMessage, Notice, Request, WorkerMessage, WorkerStart } from './protocol.ts';

/** What the main thread does for a call that runs in a worker. */
export interface CallServices {
  /** Does what the plugin asked for and answers through the bridge. Never throws. */
  request(id: number, request: Request): void;
  notice(notice: Notice): void;
  /** Ends everything that is under way; nothing is answered after it. */
  close(): void;
}

/** Sends an answer or a socket's event to the worker. */
export type Push = (message: BridgeMessage, transfer?: ArrayBuffer[]) => void;

export type Done = Extract<WorkerMessage, { type: 'done' }>;

/** Why a worker is no more. */
export class WorkerDied extends Error {
  readonly heap: boolean;
  constructor(heap: boolean, cause?: unknown) {
    super(heap ? 'the worker ran out of memory' : 'the worker ended', { cause });
    this.heap = heap;
  }
}

export interface RunOptions {
  readonly message: CallMessage;
  services(push: Push): CallServices;
  log(level: number, message: string): void;
}

/** A worker thread that runs one call at a time. */
export interface SandboxWorker {
  /** Resolves when the thread can take calls; @throws WorkerDied */
  readonly ready: Promise<void>;
  /** @throws WorkerDied when the thread ends before the call does */
  run(options: RunOptions): Promise<Done>;
  /** Ends the thread, whatever it is doing. A call that is running rejects. */
  terminate(): Promise<void>;
}

/** Bounds of a thread itself, besides those of the module's memory. */
export interface ThreadLimits {
  readonly heapMegabytes: number;
  readonly stackMegabytes: number;
}

interface Current {
  readonly options: RunOptions;
  readonly services: CallServices;
  readonly resolve: (done: Done) => void;
  readonly reject: (error: Error) => void;
}

/** Starts a thread that has neither environment nor arguments of the process. */
export function startWorker({ heapMegabytes, stackMegabytes }: ThreadLimits): SandboxWorker {
  const { port1, port2 } = new MessageChannel();
  const signal = new SharedArrayBuffer(4);
  const counter = new Int32Array(signal);
  const start: WorkerStart = { port: port2, signal };
  const worker = new Worker(threadScript('sandbox'), {
    workerData: start,
    transferList: [port2],
    env: {},
    argv: [],
    // Extism imports the WASI of Node, which warns; it is not used.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdin: false,
    // What a call allocates outside its module is little and soon forgotten.
    resourceLimits: {
      maxYoungGenerationSizeMb: 2,
      maxOldGenerationSizeMb: heapMegabytes,
      stackSizeMb: stackMegabytes,
    },
  });
  port1.unref();
  const push: Push = (message, transfer = []) => {
    port1.postMessage(message, transfer);
    Atomics.add(counter, 0, 1);
    Atomics.notify(counter, 0);
  };
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  let current: Current | null = null;
  let dead: WorkerDied | null = null;
  const end = (): Current | null => {
    const ended = current;
    current = null;
    worker.unref();
    ended?.services.close();
    return ended;
  };
  const die = (error: WorkerDied) => {
    dead ??= error;
    ready.reject(dead);
    end()?.reject(dead);
    port1.close();
  };
  worker.on('message', (message: WorkerMessage) => {
    if (message.type === 'ready') {
      // An idle worker is no reason to keep the process alive; one that somebody waits for is.
      if (!current) worker.unref();
      return ready.resolve();
    }
    if (!current || message.call !== current.options.message.call) return;
    if (message.type === 'log') current.options.log(message.level, message.message);
    else if (message.type === 'request') {
      for (const handle of message.closed) current.services.notice({ op: 'http-close', handle });
      current.services.request(message.id, message.request);
    } else if (message.type === 'notice') current.services.notice(message.notice);
    else end()?.resolve(message);
  });
  worker.on('error', (error: unknown) => {
    const heap = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    die(new WorkerDied(heap, error));
  });
  worker.on('exit', () => die(new WorkerDied(false)));
  return {
    ready: ready.promise,
    run(options) {
      if (dead) return Promise.reject(dead);
      if (current) return Promise.reject(new Error('the worker is busy'));
      return new Promise((resolve, reject) => {
        worker.ref();
        current = { options, services: options.services(push), resolve, reject };
        worker.postMessage(options.message);
      });
    },
    async terminate() {
      die(new WorkerDied(false));
      await worker.terminate();
    },
  };
}
