import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FluxError } from '../errors/flux-error.ts';
import { type Address, formatHostPort } from './address.ts';

/** A listening server. */
export interface HttpServer {
  /** The port that it got, also when 0 was asked for. */
  readonly port: number;
  /** Takes no new connections, lets requests finish for the grace period, then cuts them off. */
  stop(): Promise<void>;
}

export interface HttpServerOptions {
  readonly address: Address;
  readonly handler: RequestListener;
  /** What the server is for, in messages: `artifact`, `metrics`. */
  readonly name: string;
  /** Default 5 s, as in Flux. */
  readonly graceMs?: number;
  /** A connection on which nothing moves for so long is closed. Default 2 min. */
  readonly idleMs?: number;
  /** Larger headers are answered with 431. Default 16 KiB. */
  readonly maxHeaderBytes?: number;
  /** A request that takes longer to arrive, body included, is answered with 408. Default 5 min. */
  readonly requestMs?: number;
}

const DEFAULT_HEADER_BYTES = 16 * 1024;

/**
 * Starts a plain HTTP server with limits on headers and idle connections.
 * @throws FluxError FLUX_E_LISTEN when the address is in use or not allowed
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { address, handler, name, graceMs = 5000, idleMs = 120_000 } = options;
  const server = createServer(
    {
      maxHeaderSize: options.maxHeaderBytes ?? DEFAULT_HEADER_BYTES,
      headersTimeout: 10_000,
      requestTimeout: options.requestMs ?? 300_000,
      // Node looks for requests that are late at this interval only.
      connectionsCheckingInterval: 5_000,
    },
    handler,
  );
  server.setTimeout(idleMs);
  await listen(server, address, name);
  const { port } = boundAddress(server);
  let stopping: Promise<void> | undefined;
  return {
    port,
    stop: () => {
      stopping ??= stopServer(server, graceMs);
      return stopping;
    },
  };
}

async function listen(server: Server, { host, port }: Address, name: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  // Without a host Node listens on IPv6 and IPv4.
  server.listen({ port, ...(host ? { host } : {}) }, resolve);
  try {
    await promise;
  } catch (error) {
    const where = formatHostPort(host, port);
    throw new FluxError('FLUX_E_LISTEN', `cannot start the ${name} server on ${where}: ${String(error)}`, {
      hint: 'another process may use the port; choose another address',
      terminal: true,
      cause: error,
    });
  } finally {
    server.off('error', reject);
  }
}

function boundAddress(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server is not on a TCP port');
  return address;
}

async function stopServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cut);
}
