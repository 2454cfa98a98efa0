import type { HostFailure, TcpRequest, TcpResponse } from '@flux-host/sdk/contract/host-functions.ts';
import { socketWindow } from '../protocol.ts';
import { type Bridge, HostError, type SocketEvent } from './bridge.ts';
import { Errno, errno } from './wasi/errno.ts';
import { type Descriptor, fileType } from './wasi/types.ts';

/** A connection as the plugin sees it: what arrived and was not read yet, and how much more may be sent. */
interface Socket {
  readonly chunks: Uint8Array[];
  buffered: number;
  taken: number;
  window: number;
  ended: boolean;
  shut: boolean;
  failure: HostFailure | null;
}

/** The connections of a call. */
export interface Sockets {
  /** @throws HostError when the connection may not or cannot be made */
  open(request: TcpRequest): { descriptor: Descriptor; remote: string; greeting?: string };
  accept(event: SocketEvent): void;
  /** Why the connection of this descriptor broke; null when it did not. */
  failure(descriptor: Descriptor): HostFailure | null;
  reset(): void;
}

export function sockets(bridge: Bridge): Sockets {
  const open = new Map<number, Socket>();
  const byDescriptor = new WeakMap<Descriptor, Socket>();
  // What a connection sends at once can be here before the answer that it exists was looked at.
  let early: SocketEvent[] = [];
  let newest = 0;
  const accept = (event: SocketEvent) => {
    const socket = open.get(event.handle);
    if (!socket) {
      if (event.handle > newest) early.push(event);
    } else if (event.type === 'data') {
      socket.chunks.push(event.data);
      socket.buffered += event.data.length;
    } else if (event.type === 'written') {
      socket.window += event.bytes;
    } else {
      socket.ended = true;
      socket.failure = event.failure;
    }
  };
  return {
    open(request) {
      const answer = bridge.request({ op: 'tcp-open', request });
      if (!isTcpResponse(answer)) throw new Error('the host answered tcp-open with something else');
      const { handle, remote, greeting } = answer;
      const socket: Socket = {
        chunks: [],
        buffered: 0,
        taken: 0,
        window: socketWindow,
        ended: false,
        shut: false,
        failure: null,
      };
      open.set(handle, socket);
      newest = handle;
      for (const event of early.splice(0)) accept(event);
      const descriptor = descriptorOf(handle, socket, { bridge, forget: () => open.delete(handle) });
      byDescriptor.set(descriptor, socket);
      return { descriptor, remote, ...(greeting === undefined ? {} : { greeting }) };
    },
    accept,
    failure: (descriptor) => byDescriptor.get(descriptor)?.failure ?? null,
    reset() {
      open.clear();
      early = [];
      newest = 0;
    },
  };
}

function isTcpResponse(answer: unknown): answer is TcpResponse {
  return typeof answer === 'object' && answer !== null && 'remote' in answer;
}

function descriptorOf(
  handle: number,
  socket: Socket,
  { bridge, forget }: { bridge: Bridge; forget(): void },
): Descriptor {
  return {
    type: fileType.stream,
    flags: 4,
    read(into) {
      if (socket.buffered === 0) bridge.poll();
      if (socket.buffered === 0) {
        if (socket.failure) throw new Errno(errno.ECONNRESET);
        if (socket.ended) return 0;
        throw new Errno(errno.EAGAIN);
      }
      const count = take(socket, into);
      socket.taken += count;
      if (socket.taken >= socketWindow / 4) {
        bridge.notify({ op: 'tcp-credit', handle, bytes: socket.taken });
        socket.taken = 0;
      }
      return count;
    },
    write(from) {
      if (socket.window === 0) bridge.poll();
      if (socket.failure) throw new Errno(errno.EPIPE);
      const count = Math.min(from.length, socket.window);
      if (count === 0) throw new Errno(errno.EAGAIN);
      bridge.notify({ op: 'tcp-write', handle, data: from.slice(0, count) });
      socket.window -= count;
      return count;
    },
    ready() {
      bridge.poll();
      return {
        readable: socket.buffered || (socket.ended ? 1 : 0),
        writable: socket.window > 0,
        hangup: socket.failure !== null,
      };
    },
    shutdown() {
      if (!socket.shut) bridge.notify({ op: 'tcp-end', handle });
      socket.shut = true;
    },
    stat: () => ({ type: fileType.stream, inode: 0n, size: 0n }),
    close() {
      forget();
      bridge.notify({ op: 'tcp-close', handle });
    },
  };
}

function take(socket: Socket, into: Uint8Array): number {
  let done = 0;
  while (done < into.length) {
    const chunk = socket.chunks[0];
    if (!chunk) break;
    const part = chunk.subarray(0, into.length - done);
    into.set(part, done);
    done += part.length;
    if (part.length === chunk.length) socket.chunks.shift();
    else socket.chunks[0] = chunk.subarray(part.length);
  }
  socket.buffered -= done;
  return done;
}

/** Waits until a socket can be read; @throws HostError with `timeout` */
export function awaitReadable(descriptor: Descriptor, bridge: Bridge, timeoutMs: number): void {
  const deadline = timeoutMs < 0 ? null : performance.now() + timeoutMs;
  for (;;) {
    const state = descriptor.ready?.();
    if (!state || state.readable > 0 || state.hangup) return;
    const left = deadline === null ? null : deadline - performance.now();
    if (left !== null && left <= 0) {
      throw new HostError({
        code: 'FLUX_E_EGRESS_TIMEOUT',
        message: `nothing arrived within ${timeoutMs} ms`,
        timeout: true,
      });
    }
    bridge.wait(left);
  }
}

/** Waits until a socket takes more. */
export function awaitWritable(descriptor: Descriptor, bridge: Bridge): void {
  for (;;) {
    const state = descriptor.ready?.();
    if (!state || state.writable || state.hangup) return;
    bridge.wait(null);
  }
}
