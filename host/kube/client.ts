import type { Dispatcher } from 'undici';
import type { ClusterConfig } from './cluster.ts';
import { type ConnectionLimits, createConnection } from './connection.ts';
import { impersonationHeaders } from './credentials.ts';
import { createDiscovery, type Discovery } from './discovery.ts';
import { isKube } from './errors.ts';
import { listAll } from './list.ts';
import { metadataAccept, metadataOf } from './metadata.ts';
import { objectCalls } from './object-calls.ts';
import { withQuery } from './paths.ts';
import { createRest, type Rest, type RestHooks } from './rest.ts';
import type { ApiResource, KubeClient, PartialObject } from './types.ts';
import { watchOnce } from './watch.ts';

/** Everything about a client but its cluster. */
export interface ClientOptions extends Partial<ConnectionLimits>, RestHooks {
  readonly userAgent?: string;
}

/** A client that owns its connections. */
export interface ConnectedClient extends KubeClient {
  /** Base URL of the API server. */
  readonly server: string;
  /** Namespace of the kubeconfig context or of the pod; empty when there is none. */
  readonly namespace: string;
  /** Ends all connections, watches too; the client and those that impersonate through it cannot be used any more. */
  close(): Promise<void>;
}

const defaults: ConnectionLimits = {
  concurrency: 64,
  timeoutMs: 60_000,
  // Bookmarks come every 60 s, up to a quarter later: https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/956-watch-bookmark
  watchIdleMs: 95_000,
  maxBodyBytes: 256 * 1024 * 1024,
};

/** A client of the cluster; nothing is sent before the first request. */
export function createClient(config: ClusterConfig, options: ClientOptions = {}): ConnectedClient {
  const connection = createConnection(config, { ...defaults, ...options });
  const restFor = (headers: Record<string, string | string[]>) =>
    createRest({ ...options, connection, userAgent: options.userAgent ?? 'flux-host' }, headers);
  const own = restFor({});
  // Always as this process: what is served does not depend on who asks, and tenants need no right to ask.
  const discovery = createDiscovery(own);
  const clientOf = (rest: Rest): KubeClient => ({
    ...methods(rest, discovery),
    impersonate: (as) => clientOf(restFor(impersonationHeaders(as))),
  });
  return {
    ...clientOf(own),
    server: config.server,
    namespace: config.namespace,
    close: () => connection.close(),
  };
}

function methods(rest: Rest, discovery: Discovery): Omit<KubeClient, 'impersonate'> {
  const calls = objectCalls(rest);

  /** A kind that is gone from the server must not stay in the cache. */
  async function noticing<T>(resource: ApiResource, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (isKube(error, 'noMatch')) discovery.forget(resource);
      throw error;
    }
  }

  return {
    request: (method, path, { body, query, signal } = {}) =>
      rest.call({
        verb: method.toLowerCase(),
        target: path,
        method: httpMethod(method),
        path: withQuery(path, query ?? {}),
        body,
        signal,
      }),
    get: (resource, key, options) => noticing(resource, calls.get(resource, key, options)),
    getMetadata: (resource, key, options) =>
      noticing(
        resource,
        calls
          .get<PartialObject>(resource, key, { ...options, accept: metadataAccept('PartialObjectMetadata') })
          .then((object) => metadataOf(object, resource)),
      ),
    list: (resource, options = {}) => noticing(resource, listAll(rest, resource, options)),
    async listMetadata(resource, options = {}) {
      const list = await noticing(
        resource,
        listAll<PartialObject>(rest, resource, { ...options, metadataOnly: true }),
      );
      return { ...list, items: list.items.map((item) => metadataOf(item, resource)) };
    },
    create: (resource, object, options) => noticing(resource, calls.create(resource, object, options)),
    replace: (resource, object, options) => noticing(resource, calls.replace(resource, object, options)),
    patch: (resource, key, patch, options) =>
      noticing(resource, calls.patch(resource, { key, patch }, options)),
    apply: (resource, object, options) => noticing(resource, calls.apply(resource, object, options)),
    delete: (resource, key, options) => noticing(resource, calls.delete(resource, key, options)),
    watch: (resource, options) => watchOnce(rest, resource, options),
    resourceFor: (gvk, options) => discovery.resourceFor(gvk, options?.signal),
    resources: (options) => discovery.resources(options?.signal),
  };
}

const httpMethods: readonly Dispatcher.HttpMethod[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
];

function httpMethod(name: string): Dispatcher.HttpMethod {
  const found = httpMethods.find((method) => method === name.toUpperCase());
  if (!found) throw new Error(`not an HTTP method: ${name}`);
  return found;
}
