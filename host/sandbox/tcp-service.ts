import type { Socket } from 'node:net';
import type { TcpRequest, TcpResponse } from '@flux-host/sdk/contract/host-functions.ts';
import type { FluxError } from '../errors/flux-error.ts';
import type { EgressSession } from './egress/egress.ts';
import { networkError } from './egress/errors.ts';
import { type Notice, socketWindow } from './protocol.ts';
import type { Push } from './worker.ts';

type TcpNotice = Exclude<Notice, { op: 'http-close' }>;

/** The connections of a call. What arrives is sent ahead, so that a plugin finds it without asking. */
export interface TcpService {
  connect(request: TcpRequest): Promise<TcpResponse>;
  notice(notice: TcpNotice): void;
  closeAll(): void;
  readonly open: number;
}

interface Connection {
  readonly socket: Socket;
  /** Bytes that the plugin has room for. */
  credit: number;
}

export function tcpService(session: EgressSession, { call, push }: { call: number; push: Push }): TcpService {
  const connections = new Map<number, Connection>();
  let handles = 0;
  const forward = (handle: number, connection: Connection, target: string) => {
    const { socket } = connection;
    socket.on('data', (piece: Buffer) => {
      if (!connections.has(handle)) return;
      const data = Uint8Array.from(piece);
      connection.credit -= data.length;
      if (connection.credit <= 0) socket.pause();
      push({ type: 'data', call, handle, data }, [data.buffer]);
    });
    let failure: FluxError | null = null;
    socket.on('error', (error) => {
      failure = networkError(target, error);
    });
    const end = () => {
      const told = failure && {
        code: failure.code,
        message: failure.message,
        ...(failure.hint ? { hint: failure.hint } : {}),
      };
      push({ type: 'end', call, handle, failure: told });
    };
    socket.once('end', end);
    socket.once('close', () => {
      if (connections.delete(handle)) end();
    });
  };
  const notice = (message: TcpNotice) => {
    const { handle } = message;
    const connection = connections.get(handle);
    if (!connection) return;
    const { socket } = connection;
    if (message.op === 'tcp-write') {
      const bytes = message.data.length;
      socket.write(message.data, () => push({ type: 'written', call, handle, bytes }));
    } else if (message.op === 'tcp-credit') {
      connection.credit += message.bytes;
      if (connection.credit > 0) socket.resume();
    } else if (message.op === 'tcp-end') {
      socket.end();
    } else {
      connections.delete(handle);
      // What was written before is still delivered.
      socket.destroySoon();
    }
  };
  return {
    async connect(request) {
      const { socket, remote, greeting } = await session.connect(request);
      handles += 1;
      const connection = { socket, credit: socketWindow };
      connections.set(handles, connection);
      forward(handles, connection, `${request.host}:${request.port}`);
      return { handle: handles, remote, ...(greeting === undefined ? {} : { greeting }) };
    },
    notice,
    closeAll() {
      for (const [handle, { socket }] of connections) {
        connections.delete(handle);
        socket.destroy();
      }
    },
    get open() {
      return connections.size;
    },
  };
}
