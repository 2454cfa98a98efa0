import type { IndexValidators } from '@flux-host/sdk/contract/helm-repository.ts';

/** A file that was changed less than this before it was sent may be changed again without its time showing it. */
const settledMs = 2000;

/**
 * What the server tells of the file, if it can be relied on: times have whole seconds, and servers make their ETags of time and size
 * (RFC 9110 §8.8.2.2).
 */
export function validatorsOf(headers: Headers): IndexValidators | undefined {
  const etag = headers.get('etag') ?? undefined;
  const lastModified = headers.get('last-modified') ?? undefined;
  if (etag === undefined && lastModified === undefined) return undefined;
  if (lastModified !== undefined) {
    const age = Date.parse(headers.get('date') ?? '') - Date.parse(lastModified);
    // Not a number where a header is missing or none.
    if (!(age >= settledMs)) return undefined;
  }
  return { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
}

/** Headers that ask for the file unless it is still the same. */
export function conditionsOf({ etag, lastModified }: IndexValidators): Record<string, string> {
  // The ETag has the last word, and some servers get confused by both.
  if (etag !== undefined) return { 'If-None-Match': etag };
  return lastModified === undefined ? {} : { 'If-Modified-Since': lastModified };
}
