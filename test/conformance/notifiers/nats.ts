import { createServer, type Socket } from 'node:net';
import { methodOf } from '@flux-host/plugins/notifier-nats/authentication.ts';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { fail, type Outcome } from '../asset.ts';
import { compare } from '../diff.ts';
import type { Notifiers } from './deliver.ts';

/** What upstream's client would keep of a Secret. */
export function authenticationMethods(secret: Readonly<Record<string, string>>) {
  const method = methodOf({ get: (key) => secret[key] });
  const isPassword = method === 'password';
  return {
    creds: method === 'creds',
    nkey: method === 'nkey',
    username: isPassword ? (secret['username'] ?? '') : '',
    password: isPassword ? (secret['password'] ?? '') : '',
  };
}

export interface NatsPostInput {
  readonly subject: string;
  readonly event: FluxEvent;
  readonly publishErr?: { readonly error: string };
}

export interface NatsPostExpected {
  readonly expectedEventPayload: string;
  readonly expectedErr?: { readonly error: string };
}

/** Publishes to a server that refuses what the vector says is refused. */
export async function checkNatsPost(
  notifiers: Notifiers,
  { subject, event, publishErr }: NatsPostInput,
  { expectedEventPayload, expectedErr }: NatsPostExpected,
): Promise<Outcome> {
  const server = await startServer(publishErr?.error);
  try {
    const config = { address: `nats://127.0.0.1:${server.port}`, channel: subject };
    const { failure } = await notifiers.deliver({ type: 'nats', config, event, live: true });
    if (!expectedErr && failure) return fail(failure.message);
    if (expectedErr) {
      const [intention = '', reason = ''] = expectedErr.error.split(/: (?=[^:]*$)/);
      const message = failure?.message ?? '';
      if (!message.startsWith(intention) || !message.endsWith(reason)) {
        return fail(`expected the error "${expectedErr.error}", got "${message}"`);
      }
    }
    return compare([`${subject} ${expectedEventPayload}`], server.published);
  } finally {
    server.close();
  }
}

/** Speaks as much of NATS as a publisher needs: a real server refuses nothing of an empty event. */
async function startServer(refusal: string | undefined) {
  const published: string[] = [];
  const server = createServer((socket) => {
    socket.write('INFO {"server_id":"test","max_payload":1048576}\r\n');
    serve(socket, (subject, payload) => {
      published.push(`${subject} ${payload}`);
      return refusal;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { port, published, close: () => server.close() };
}

function serve(socket: Socket, publish: (subject: string, payload: string) => string | undefined): void {
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (piece) => {
    text += piece.toString();
    for (;;) {
      const [line, subject = '', size] = /^(?:CONNECT [^\r]*|PING|PUB (\S+) (\d+))\r\n/.exec(text) ?? [];
      if (line === undefined) return;
      const length = line.length + (size === undefined ? 0 : Number(size) + 2);
      if (text.length < length) return;
      const payload = text.slice(line.length, length - 2);
      text = text.slice(length);
      if (line.startsWith('PING')) socket.write('PONG\r\n');
      const refusal = size === undefined ? undefined : publish(subject, payload);
      if (refusal !== undefined) socket.write(`-ERR '${refusal}'\r\n`);
    }
  });
}
