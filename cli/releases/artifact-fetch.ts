import type { Cluster } from '../cluster/connect.ts';

/** For an address that nobody answers at. */
const patienceMs = 5_000;

/**
 * A `fetch` for artifacts of controllers. Their addresses are those of Services: what cannot be reached from this machine is asked for through
 * the API server, which needs the right to `get` `services/proxy`.
 */
export function artifactFetch(cluster: Pick<Cluster, 'text'>): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const path = proxyPath(url);
    if (!path) return fetch(input, init);
    const signal = init.signal ?? new AbortController().signal;
    const direct = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    const head = await fetch(url, { method: 'HEAD', signal: direct }).catch(() => undefined);
    signal.throwIfAborted();
    if (head) return fetch(input, init);
    return new Response(ReadableStream.from(await cluster.text(path, signal)));
  };
}

/** The way to a Service through the API server; undefined for an address that is not one of a Service. */
export function proxyPath({ hostname, port, pathname, protocol }: URL): string | undefined {
  const [, service, namespace] = /^([^.]+)\.([^.]+)(?:\.svc(?:\.[^:]*)?)?\.?$/.exec(hostname) ?? [];
  const isAddress = /^[\d.]+$/.test(hostname);
  if (!service || !namespace || isAddress) return undefined;
  const scheme = protocol.replace(':', '');
  const at = port || (scheme === 'https' ? '443' : '80');
  return `/api/v1/namespaces/${namespace}/services/${scheme}:${service}:${at}/proxy${pathname}`;
}
