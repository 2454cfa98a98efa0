import { parentPort, workerData } from 'node:worker_threads';
import { toFailure } from '../../threads/failure.ts';
import { loadPlugin } from '../load.ts';
import type { LoadingReply, LoadingTask } from './thread.ts';

/** The thread that checks and compiles one large module, and ends. */
const { buffer, limits }: LoadingTask = workerData;

let reply: LoadingReply;
try {
  reply = { plugin: await loadPlugin(new Uint8Array(buffer), limits) };
} catch (error) {
  reply = { failure: toFailure(error) };
}
parentPort?.postMessage(reply);
