import type { LookupFunction } from 'node:net';
import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { ClusterConfig } from './cluster.ts';
import { type Credentials, createCredentialSource, type TlsMaterial } from './credentials.ts';
import { proxyFor } from './proxy.ts';

/** Limits of a connection to one API server. */
export interface ConnectionLimits {
  /** Requests in flight at once, watches not counted. */
  readonly concurrency: number;
  /** Longest wait for response headers, and between two pieces of a body, in ms. */
  readonly timeoutMs: number;
  /** Longest silence of a watch in ms before it counts as dead. */
  readonly watchIdleMs: number;
  /** Largest response body in bytes. */
  readonly maxBodyBytes: number;
  /** Most bytes of one watch, after which a new one begins; without it a watch may go on as long as it likes. */
  readonly maxWatchBytes?: number;
  /** Finds the addresses of names, for servers that not everybody may choose freely. */
  readonly lookup?: LookupFunction;
}

/** A request with its path below the server's URL. */
export interface WireRequest {
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  readonly watch?: boolean;
}

/** Sockets to one API server, with credentials put on every request. */
export interface Connection {
  /** `host:port`, for messages and metrics. */
  readonly host: string;
  send(request: WireRequest): Promise<Dispatcher.ResponseData>;
  /** Reads credentials anew before the next request: the server refused the present ones. */
  invalidateCredentials(): void;
  /** Ends everything, requests in flight too. */
  close(): Promise<void>;
}

interface Dispatchers {
  readonly tls: TlsMaterial;
  readonly requests: Dispatcher;
  readonly watches: Dispatcher;
}

/** Connects (lazily) to the API server of a cluster configuration. */
export function createConnection(config: ClusterConfig, limits: ConnectionLimits): Connection {
  const { origin, pathname, host } = new URL(config.server);
  const prefix = pathname.replace(/\/+$/, '');
  const source = createCredentialSource(config);
  const retired = new Set<Dispatchers>();
  let current: Dispatchers | undefined;
  let closed = false;

  function dispatchersFor({ tls }: Credentials): Dispatchers {
    if (current && sameTls(current.tls, tls)) return current;
    if (current) retire(current);
    current = openDispatchers(config, { tls, limits });
    return current;
  }

  // Rotated certificates: what runs may end on the old sockets.
  function retire(old: Dispatchers): void {
    retired.add(old);
    void Promise.all([old.requests.close(), old.watches.close()]).finally(() => retired.delete(old));
  }

  return {
    host,
    async send({ path, headers, watch, signal, ...request }) {
      const credentials = await source.get();
      signal?.throwIfAborted();
      if (closed) throw new Error(`the client of ${host} is closed`);
      const dispatchers = dispatchersFor(credentials);
      return (watch ? dispatchers.watches : dispatchers.requests).request({
        ...request,
        ...(signal && { signal }),
        origin,
        path: prefix + path,
        headers: { ...headers, ...credentials.headers, ...pickImpersonation(headers) },
      });
    },
    invalidateCredentials: () => source.invalidate(),
    async close() {
      closed = true;
      const all = [...retired, ...(current ? [current] : [])];
      current = undefined;
      await Promise.all(all.flatMap(({ requests, watches }) => [requests.destroy(), watches.destroy()]));
    },
  };
}

// The identity of one request wins over the `as` of the kubeconfig.
function pickImpersonation(headers: WireRequest['headers']): Record<string, string | string[]> {
  const { 'impersonate-user': user, 'impersonate-group': groups = [] } = headers;
  return user === undefined ? {} : { 'impersonate-user': user, 'impersonate-group': groups };
}

function openDispatchers(
  config: ClusterConfig,
  { tls, limits }: { tls: TlsMaterial; limits: ConnectionLimits },
): Dispatchers {
  const connect = {
    ...tls,
    ...(config.tlsServerName && { servername: config.tlsServerName }),
    ...(config.insecureSkipTlsVerify && { rejectUnauthorized: false }),
    // A peer that vanished without a FIN is noticed by TCP itself after a minute or two.
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
    ...(limits.lookup && { lookup: limits.lookup }),
  };
  const shared = {
    // Below the 90 s after which Go's HTTP server closes an idle connection.
    keepAliveTimeout: 30_000,
    keepAliveMaxTimeout: 60_000,
    headersTimeout: limits.timeoutMs,
    pipelining: 1,
    // Measured: HTTP/2 carries no more requests a second, at the same CPU time, and one lost socket would fail all of them.
    allowH2: false,
  };
  const proxyTls = limits.lookup ? { lookup: limits.lookup } : {};
  const proxy = proxyFor(config.server, { proxyUrl: config.proxyUrl });
  const open = (options: Pool.Options): Dispatcher =>
    proxy
      ? new ProxyAgent({ ...shared, ...options, uri: proxy, requestTls: connect, proxyTls })
      : new Pool(new URL(config.server).origin, { ...shared, ...options, connect });
  return {
    tls,
    requests: open({
      connections: limits.concurrency,
      bodyTimeout: limits.timeoutMs,
      maxResponseSize: limits.maxBodyBytes,
    }),
    // Every watch occupies a connection; they must never starve the requests.
    watches: open({
      connections: null,
      bodyTimeout: limits.watchIdleMs,
      ...(limits.maxWatchBytes && { maxResponseSize: limits.maxWatchBytes }),
    }),
  };
}

function sameTls(a: TlsMaterial, b: TlsMaterial): boolean {
  const same = (x: Buffer | undefined, y: Buffer | undefined) => x === y || (x && y ? x.equals(y) : false);
  return same(a.ca, b.ca) && same(a.cert, b.cert) && same(a.key, b.key);
}
