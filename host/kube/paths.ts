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
    parts.push('namespaces', encodeURIComponent(target.namespace));
  }
  parts.push(resource.plural);
  if (target.name) parts.push(encodeURIComponent(target.name));
  if (target.subresource) parts.push(target.subresource);
  return `/${parts.join('/')}`;
}

/** A path with the defined entries of `query`. */
export function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const entries = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries)}`;
}
