import { parentPort, workerData } from 'node:worker_threads';
import type { CallMessage, WorkerStart } from '../protocol.ts';
import { bridge, send } from './bridge.ts';
import { createInstance, type Instance } from './instance.ts';

const start: WorkerStart = workerData;
const line = bridge(start);
let instance: Instance | null = null;

/** Outcomes after which nothing in the instance can be relied on. */
const fatal = new Set(['trap', 'stack', 'memory', 'host', 'output-size', 'abi']);

async function serve(message: CallMessage): Promise<void> {
  const { call } = message;
  if (message.instance) {
    instance = createInstance(message.instance, {
      bridge: line,
      log: (level, text) => send({ type: 'log', call: current, level, message: text }),
    });
  }
  current = call;
  if (!instance) throw new Error('a call came before an instance');
  const { outcome, reads, skipped } = await instance.call(message);
  if (fatal.has(outcome.kind)) instance = null;
  send({ type: 'done', call, outcome, reads, skipped, memoryBytes: instance?.memoryBytes ?? 0 });
}

let current = 0;
parentPort?.on('message', (message: CallMessage) => void serve(message));
send({ type: 'ready' });
