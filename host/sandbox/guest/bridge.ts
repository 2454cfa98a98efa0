import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import type { HostFailure } from '@flux-host/sdk/contract/host-functions.ts';
import type { Answer, BridgeMessage, Notice, Request, WorkerMessage, WorkerStart } from '../protocol.ts';

/** A failure of the host's that a plugin is told about. */
export class HostError extends Error {
  readonly failure: HostFailure;
  constructor(failure: HostFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

export type SocketEvent = Extract<BridgeMessage, { type: 'data' | 'written' | 'end' }>;

/** The worker's line to the main thread. */
export interface Bridge {
  /** Everything that belongs to an earlier call is ignored from here on. */
  begin(call: number, onSocket: (event: SocketEvent) => void): void;
  /** Asks and sleeps until the answer is there. @throws HostError */
  request(request: Request): Answer;
  notify(notice: Notice): void;
  /** Lets go of an exchange that has ended; the host hears of it with the next request, or the end of the call. */
  letGo(handle: number): void;
  /** Takes in what has arrived, without waiting. */
  poll(): void;
  /** Sleeps until something arrives or the time has passed, then takes it in. */
  wait(ms: number | null): void;
}

export function send(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

export function bridge({ port, signal }: WorkerStart): Bridge {
  const counter = new Int32Array(signal);
  const answers = new Map<number, Extract<BridgeMessage, { type: 'answer' | 'failure' }>>();
  let call = 0;
  let requests = 0;
  let closed: number[] = [];
  let onSocket: (event: SocketEvent) => void = () => {};
  const accept = (message: BridgeMessage) => {
    if (message.call !== call) return;
    if (message.type === 'answer' || message.type === 'failure') answers.set(message.id, message);
    else onSocket(message);
  };
  const poll = () => {
    for (let message = receive(port); message; message = receive(port)) accept(message);
  };
  const wait = (ms: number | null) => {
    const seen = Atomics.load(counter, 0);
    const before = receive(port);
    if (before) {
      accept(before);
      poll();
      return;
    }
    Atomics.wait(counter, 0, seen, ms ?? Number.POSITIVE_INFINITY);
    poll();
  };
  return {
    begin(next, listener) {
      call = next;
      onSocket = listener;
      answers.clear();
      closed = [];
      poll();
    },
    request(request) {
      requests += 1;
      const id = requests;
      send({ type: 'request', call, id, request, closed });
      closed = [];
      let answer = answers.get(id);
      while (!answer) {
        wait(null);
        answer = answers.get(id);
      }
      answers.delete(id);
      if (answer.type === 'failure') throw new HostError(answer.failure);
      return answer.value;
    },
    notify: (notice) => send({ type: 'notice', call, notice }),
    letGo: (handle) => void closed.push(handle),
    poll,
    wait,
  };
}

function receive(port: MessagePort): BridgeMessage | null {
  const received: { message: BridgeMessage } | undefined = receiveMessageOnPort(port);
  return received?.message ?? null;
}
