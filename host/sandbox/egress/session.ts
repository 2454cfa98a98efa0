import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { EgressGrant } from '../types.ts';
import { connectTcp, type Lookup, startTls } from './connect.ts';
import type { Route } from './dispatchers.ts';
import { networkError, responseTooLarge, sessionClosed, targetText, tooManyHandles } from './errors.ts';
import { checkGrant, targetOf } from './grant.ts';
import { readGreeting } from './greeting.ts';
import { type Headers, requestHeaders } from './headers.ts';
import { discard } from './leftover.ts';
import { tunnel } from './proxy.ts';
import { viaRegistry } from './registry.ts';
import { follow, type Prepared } from './request.ts';

export interface EgressRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Headers;
  readonly body?: Uint8Array | Readable | null;
  /** Length of a body that is a stream, where it is known. */
  readonly length?: number;
  /** Wait for the head of the response, ms; default 30,000. */
  readonly timeoutMs?: number;
  /** Redirects to follow; default 0. Each is checked against the grant. */
  readonly redirects?: number;
}

export interface EgressResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Of the last request, after redirects. */
  readonly url: string;
  /** Counted against the session's `maxBytes`; errors are FluxErrors. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface TcpTarget {
  readonly host: string;
  readonly port: number;
  readonly tls?: boolean;
  /** Reads a line of the server before TLS starts. */
  readonly greeting?: boolean;
  readonly timeoutMs?: number;
}

/** What one call may do in the network, and all that it has open. */
export interface EgressSession {
  /** @throws FluxError FLUX_E_EGRESS_… */
  request(request: EgressRequest): Promise<EgressResponse>;
  /** @throws FluxError FLUX_E_EGRESS_… */
  connect(target: TcpTarget): Promise<{ socket: Socket; remote: string; greeting?: string }>;
  /** Closes everything; what is under way fails. */
  close(): void;
}

export interface SessionOptions {
  readonly lookup: Lookup;
  route(): Route;
}

const mostSockets = 64;
const lingerMs = 5_000;
const defaultMaxBytes = 1024 * 2 ** 20;
const defaultTimeoutMs = 30_000;

export function egressSession(grant: EgressGrant, { lookup, route }: SessionOptions): EgressSession {
  const abort = new AbortController();
  const open = new Set<Socket>();
  /** Answers of which nothing was read yet. */
  const unread = new Set<AsyncIterable<Uint8Array>>();
  const maxBytes = grant.maxBytes ?? defaultMaxBytes;
  let received = 0;
  let requests = 0;
  let connecting = 0;
  let closed = false;
  const limited = async function* (
    body: AsyncIterable<Uint8Array>,
    target: string,
  ): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of body) {
        received += piece.length;
        if (received > maxBytes) throw responseTooLarge(target, maxBytes);
        yield piece;
      }
    } catch (error) {
      throw abort.signal.aborted ? sessionClosed() : networkError(target, error);
    } finally {
      requests -= 1;
    }
  };
  /** One that nobody begins to read does not take its connection along. */
  const answer = (body: AsyncIterable<Uint8Array>, target: string): AsyncIterable<Uint8Array> => {
    const pieces = limited(body, target);
    unread.add(body);
    const ends: AsyncIterator<Uint8Array> = {
      next() {
        unread.delete(body);
        return pieces.next();
      },
      return() {
        if (!unread.delete(body)) return pieces.return(undefined);
        requests -= 1;
        void discard(body);
        return Promise.resolve({ done: true, value: undefined });
      },
    };
    return { [Symbol.asyncIterator]: () => ends };
  };
  return {
    async request(request) {
      if (closed) throw sessionClosed();
      if (requests >= mostSockets) throw tooManyHandles(mostSockets);
      requests += 1;
      try {
        const prepared: Prepared = {
          url: request.url,
          method: (request.method ?? 'GET').toUpperCase(),
          headers: requestHeaders(request.headers ?? []),
          body: request.body ?? null,
          length: request.length,
          timeoutMs: request.timeoutMs ?? defaultTimeoutMs,
          redirects: request.redirects ?? 0,
          route,
          signal: abort.signal,
        };
        const { status, headers, url, target, body } = await (viaRegistry(grant, prepared) ??
          follow(grant, prepared));
        return { status, headers, url, body: answer(body, target) };
      } catch (error) {
        requests -= 1;
        throw abort.signal.aborted ? sessionClosed() : error;
      }
    },
    async connect({ host, port, tls, greeting: expectsGreeting, timeoutMs = defaultTimeoutMs }) {
      if (closed) throw sessionClosed();
      if (open.size >= mostSockets) throw tooManyHandles(mostSockets);
      const target = targetOf(host, port);
      checkGrant(grant.allow, target);
      connecting += 1;
      try {
        const { proxy } = route();
        const options = { lookup, timeoutMs, tls: grant.tls, signal: abort.signal };
        const plain = proxy ? await tunnel(proxy, target, options) : await connectTcp(target, options);
        const remote = remoteOf(plain);
        const greeting =
          tls && expectsGreeting ? await readGreeting(plain, { target, timeoutMs }) : undefined;
        const socket = tls ? await startTls(plain, { target, tls: grant.tls, timeoutMs }) : plain;
        if (abort.signal.aborted) {
          socket.destroy();
          throw sessionClosed();
        }
        open.add(socket);
        socket.once('close', () => open.delete(socket));
        return { socket, remote, ...(greeting === undefined ? {} : { greeting }) };
      } catch (error) {
        throw abort.signal.aborted ? sessionClosed() : networkError(targetText(target), error);
      } finally {
        connecting -= 1;
      }
    },
    close() {
      closed = true;
      // An abort takes longer than a whole call of a small plugin, and most calls leave nothing behind.
      if (requests - unread.size + connecting > 0) abort.abort(sessionClosed());
      for (const body of unread) void discard(body);
      for (const socket of open) {
        // One that the plugin closed itself may still deliver what was written before.
        if (socket.writableEnded) setTimeout(() => socket.destroy(), lingerMs).unref();
        else socket.destroy();
      }
      open.clear();
    },
  };
}

function remoteOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return remoteAddress.includes(':') ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
}
