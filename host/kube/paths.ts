import { statusError } from './errors.ts';
import { formatApiVersion } from './object.ts';
import type { ApiResource } from './types.ts';

/** What a URL path names: a collection, an object in it, or a subresource of that. */
export interface PathTarget {
  /** All namespaces when absent or empty. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

/** The URL path of a collection or object, e.g. `/apis/apps/v1/namespaces/x/deployments/web/status`. */
export function resourcePath(resource: ApiResource, target: PathTarget = {}): string {
  const parts = [resource.group ? 'apis' : 'api', formatApiVersion(resource)];
  if (resource.namespaced && target.namespace) {
    parts.push('namespaces', segment(target.namespace));
  }
  parts.push(resource.plural);
  if (target.name) parts.push(segment(target.name));
  if (target.subresource) parts.push(target.subresource);
  return `/${parts.join('/')}`;
}

/**
 * One part of a path. URLs have their dots resolved, written as `%2e` or not: as the name of an object they would lead to the namespace that it is in.
 * @throws KubeError 404, as no object can have such a name
 */
function segment(name: string): string {
  if (name !== '.' && name !== '..') return encodeURIComponent(name);
  const message = `no object can have the name ${JSON.stringify(name)}`;
  throw statusError({ verb: 'find', target: name }, { code: 404, reason: 'NotFound', message });
}

/** A path with the defined entries of `query`. */
export function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const entries = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries)}`;
}
