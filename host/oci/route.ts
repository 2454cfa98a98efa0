import type { RegistryRoute } from '../sandbox/types.ts';
import { clientTransport } from './client.ts';
import { routeRefused } from './errors.ts';
import type { OciClientOptions, Repository } from './types.ts';

/** Headers of the distribution API that say something to who pulls. */
const shown = ['content-type', 'content-length', 'content-range', 'docker-content-digest', 'link', 'etag'];

/** Who asks is shown by the host. */
const hidden = new Set(['authorization', 'cookie', 'user-agent']);

/** Answers to a HEAD have no words in them, and some registries know no HEAD at all: who asks tries a GET then. */
const headAnswers = [200, 400, 403, 404, 405, 501];
const getAnswers = [200, 206];

export interface RouteOptions extends OciClientOptions {
  readonly repository: Repository;
  /** Ends everything, e.g. when `spec.timeout` is over. */
  readonly signal: AbortSignal;
}

/**
 * The way of a plugin to one repository, read-only. The plugin asks for `https://<registry>/v2/<repository>/…` and knows nothing of logins, tokens, plain HTTP,
 * storage services and second attempts; what the registry refuses reaches it as an error with the registry's words.
 */
export function registryRoute({ repository, signal, ...options }: RouteOptions): RegistryRoute {
  const transport = clientTransport(options);
  const { registry, name } = repository;
  const base = new URL(`https://${registry}/v2/${name}/`);
  return {
    host: base.host,
    async send({ method, url, headers, signal: own }) {
      if (!url.href.startsWith(base.href)) throw routeRefused(url.pathname, base.pathname);
      const {
        status,
        headers: valuesOf,
        body,
      } = await transport.send({
        repository,
        method,
        actions: 'pull',
        at: url.href.slice(base.href.length),
        headers: headers.filter(([header]) => !hidden.has(header)),
        expect: method === 'HEAD' ? headAnswers : getAnswers,
        maxBytes: Number.MAX_SAFE_INTEGER,
        signal: AbortSignal.any([signal, own]),
      });
      const all = shown.flatMap((header) => valuesOf(header).map((value) => [header, value] as const));
      return { status, headers: all, url: url.href, body };
    },
  };
}
