import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { Agent, type buildConnector, type Dispatcher } from 'undici';
import type { EgressGrant } from '../types.ts';
import { connectTcp, type Lookup, startTls } from './connect.ts';
import type { Target } from './errors.ts';
import { targetOf } from './grant.ts';
import { connectProxy, type HttpProxy, parseProxy, tunnel } from './proxy.ts';

/** How the connections of a grant are made. */
export interface Route {
  readonly dispatcher: Dispatcher;
  readonly proxy: HttpProxy | null;
}

/** Keeps connections open between calls, so that asking a server again costs no handshake. */
export interface Dispatchers {
  route(grant: Pick<EgressGrant, 'tls' | 'proxy'>): Route;
  close(): Promise<void>;
}

const most = 64;
const connectTimeoutMs = 15_000;

/**
 * One pool of connections for each combination of TLS settings and proxy: only with all of these equal may a connection be
 * used by another call. Whether an address may be reached depends on the target alone, and the grant of each call is checked
 * before a connection is taken.
 */
export function dispatchers(lookup: Lookup): Dispatchers {
  const routes = new Map<string, Route>();
  return {
    route({ tls, proxy }) {
      const key = tls || proxy ? keyOf(tls, proxy) : 'plain';
      const found = routes.get(key) ?? createRoute(lookup, { tls, proxy: proxy ? parseProxy(proxy) : null });
      routes.delete(key);
      routes.set(key, found);
      const [oldest] = routes;
      if (routes.size > most && oldest) {
        routes.delete(oldest[0]);
        void oldest[1].dispatcher.close();
      }
      return found;
    },
    async close() {
      await Promise.all([...routes.values()].map(({ dispatcher }) => dispatcher.destroy()));
      routes.clear();
    },
  };
}

/** A digest, because there are private keys among the settings. */
function keyOf(tls: EgressGrant['tls'], proxy: EgressGrant['proxy']): string {
  return createHash('sha256')
    .update(JSON.stringify([tls ?? null, proxy ?? null]))
    .digest('hex');
}

function createRoute(
  lookup: Lookup,
  { tls, proxy }: { tls: EgressGrant['tls']; proxy: HttpProxy | null },
): Route {
  const open = async (protocol: string, target: Target): Promise<Socket> => {
    const options = { lookup, timeoutMs: connectTimeoutMs, tls };
    // A plain request is handed to the proxy as it is; undici connects to the proxy for it.
    if (proxy && protocol === 'http:') return connectProxy(proxy, options);
    const socket = proxy ? await tunnel(proxy, target, options) : await connectTcp(target, options);
    if (protocol === 'http:') return socket;
    return startTls(socket, { target, tls, timeoutMs: connectTimeoutMs, alpn: ['http/1.1'] });
  };
  const connector = (
    { protocol, hostname, port }: buildConnector.Options,
    callback: buildConnector.Callback,
  ): void => {
    const target = targetOf(hostname, Number(port || (protocol === 'https:' ? 443 : 80)));
    open(protocol, target).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
  const dispatcher = new Agent({
    connect: connector,
    allowH2: false,
    // More than a call may hold: who keeps all of its own busy does not keep others waiting for the same server.
    connections: 1024,
    pipelining: 1,
    keepAliveTimeout: 10_000,
    keepAliveMaxTimeout: 60_000,
    maxHeaderSize: 64 * 1024,
  });
  return { dispatcher, proxy };
}
