import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Certificates } from '../git/certificates.ts';

/** A message as it was published. */
export interface Message {
  readonly subject: string;
  readonly body: string;
}

export interface Subscription {
  /** The next message; waits for one. @throws Error when the server goes away */
  next(): Promise<Message>;
  close(): void;
}

/** Fields of CONNECT, or how to make them of what the server wants to be signed. */
export type Login = object | ((nonce: string) => object);

export interface SubscribeOptions {
  readonly port: number;
  readonly subject: string;
  readonly login: Login;
  readonly tls?: Certificates;
}

/** Subscribes with NATS's text protocol. Returns when the server knows of it, so that nothing published later is missed. */
export async function subscribe({ port, subject, login, tls }: SubscribeOptions): Promise<Subscription> {
  const plain = connect(port, '127.0.0.1');
  // The server says who it is before TLS begins.
  const [info]: Buffer[] = await once(plain, 'data');
  const [, nonce = ''] = /"nonce":"([^"]*)"/.exec(info?.toString() ?? '') ?? [];
  const fields = typeof login === 'function' ? login(nonce) : login;
  const socket: Socket = tls
    ? connectTls({ socket: plain, host: '127.0.0.1', ca: tls.ca, cert: tls.client.cert, key: tls.client.key })
    : plain;
  const [arrived, waiting]: [Message[], ((message: Message) => void)[]] = [[], []];
  const gone = Promise.withResolvers<never>();
  gone.promise.catch(() => {});
  const known = Promise.withResolvers<void>();
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (piece: Buffer) => {
    const parsed = parse(Buffer.concat([rest, piece]), socket);
    rest = parsed.rest;
    if (parsed.pong) known.resolve();
    if (parsed.failure) gone.reject(new Error(parsed.failure));
    for (const message of parsed.messages) {
      const taker = waiting.shift();
      if (taker) taker(message);
      else arrived.push(message);
    }
  });
  socket.on('error', (error) => gone.reject(error));
  socket.on('close', () => gone.reject(new Error('the NATS server closed the connection')));
  socket.write(`CONNECT ${JSON.stringify({ verbose: false, ...fields })}\r\nSUB ${subject} 1\r\nPING\r\n`);
  await Promise.race([known.promise, gone.promise]);
  return {
    next() {
      const message = arrived.shift();
      if (message) return Promise.resolve(message);
      const later = Promise.withResolvers<Message>();
      waiting.push(later.resolve);
      return Promise.race([later.promise, gone.promise]);
    },
    close: () => void socket.destroy(),
  };
}

interface Parsed {
  readonly messages: readonly Message[];
  readonly pong: boolean;
  readonly failure: string | undefined;
  readonly rest: Buffer;
}

function parse(data: Buffer, socket: Socket): Parsed {
  const messages: Message[] = [];
  let [pong, failure, at]: [boolean, string | undefined, number] = [false, undefined, 0];
  for (let end = data.indexOf('\r\n', at); end >= 0; end = data.indexOf('\r\n', at)) {
    const line = data.toString('utf8', at, end);
    const [, subject = '', length = '0'] = /^MSG (\S+) \S+ (?:\S+ )?(\d+)$/.exec(line) ?? [];
    const next = end + 2 + (subject ? Number(length) + 2 : 0);
    if (next > data.length) break;
    if (subject) messages.push({ subject, body: data.toString('utf8', end + 2, next - 2) });
    if (line === 'PING') socket.write('PONG\r\n');
    if (line === 'PONG') pong = true;
    if (line.startsWith('-ERR')) failure = line;
    at = next;
  }
  return { messages, pong, failure, rest: data.subarray(at) };
}
