import { encodeUtf8, PluginError, type TcpConnection, tcp } from '@flux-host/sdk/typescript';
import type { Authentication } from './authentication.ts';
import { type Lines, linesOf } from './lines.ts';
import { type Info, infoOf, refusalOf } from './messages.ts';
import type { Server } from './servers.ts';

const timeoutMs = 5000;

/** A connection that a server has accepted. */
export interface Connection {
  /** @throws PluginError when the server did not take it */
  publish(subject: string, payload: string): void;
  close(): void;
}

interface Link {
  readonly connection: TcpConnection;
  readonly lines: Lines;
  readonly info: Info;
}

/** Connects to the first server that answers. @throws PluginError with what the last one said */
export function connect(servers: readonly Server[], authentication: Authentication | undefined): Connection {
  let last: unknown;
  for (const server of servers) {
    try {
      return connectTo(server, authentication);
    } catch (error) {
      last = error;
    }
  }
  throw new PluginError('error connecting to server', { cause: last });
}

function connectTo(server: Server, authentication: Authentication | undefined): Connection {
  const link = open(server);
  const { connection, lines, info } = link;
  try {
    const proof = authentication?.(info.nonce) ?? proofOf(server);
    const greeting = {
      verbose: false,
      pedantic: false,
      name: 'NATS Provider Publisher',
      lang: 'flux-host',
      version: '1.0.0',
      protocol: 1,
      tls_required: info.tlsRequired || server.tls,
      ...proof,
    };
    connection.write(encodeUtf8(`CONNECT ${JSON.stringify(greeting)}\r\nPING\r\n`));
    awaitPong(link);
  } catch (error) {
    connection.close();
    throw error;
  }
  return {
    publish(subject, payload) {
      const bytes = encodeUtf8(payload);
      if (info.maxPayload > 0 && bytes.length > info.maxPayload) {
        throw new PluginError(
          `error publishing message to server: it has ${bytes.length} bytes and the server takes ${info.maxPayload}`,
          { terminal: true, hint: 'raise max_payload of the server' },
        );
      }
      connection.write(encodeUtf8(`PUB ${subject} ${bytes.length}\r\n`));
      connection.write(bytes);
      // The answer to the ping comes after the server has looked at the message.
      connection.write(encodeUtf8('\r\nPING\r\n'));
      try {
        awaitPong({ connection, lines });
      } catch (cause) {
        throw new PluginError('error publishing message to server', { cause });
      }
    },
    close: () => connection.close(),
  };
}

/** Opens a connection as the server wants it: it says so in plain, in its first line. */
function open({ host, port, tls }: Server): Link {
  const plain = tls ? undefined : linkOf(tcp.connect({ host, port, timeoutMs }));
  if (plain && !plain.info.tlsRequired) return plain;
  plain?.connection.close();
  const connection = tcp.connect({ host, port, tls: true, greeting: true, timeoutMs });
  return { connection, lines: linesOf(connection, timeoutMs), info: infoOf(connection.greeting ?? '') };
}

function linkOf(connection: TcpConnection): Link {
  const lines = linesOf(connection, timeoutMs);
  try {
    return { connection, lines, info: infoOf(lines.next()) };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** @throws PluginError when the server refuses what was sent before */
function awaitPong({ connection, lines }: Pick<Link, 'connection' | 'lines'>): void {
  for (;;) {
    const line = lines.next();
    if (line === 'PONG') return;
    if (line === 'PING') connection.write(encodeUtf8('PONG\r\n'));
    const refusal = refusalOf(line);
    if (refusal) throw refusal;
  }
}

function proofOf({ username, password }: Server): Readonly<Record<string, string>> {
  if (username === undefined) return {};
  return password === undefined ? { auth_token: username } : { user: username, pass: password };
}
