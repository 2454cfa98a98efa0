import { createHmac } from 'node:crypto';
import type { EgressCredential } from '../types.ts';
import { matchesHost, targetOfUrl } from './grant.ts';

/** What is added to one request. */
export interface Added {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** The credentials that are meant for where a URL leads. */
export function credentialsFor(all: readonly EgressCredential[], url: URL): EgressCredential[] {
  return all.filter(({ to }) => to.some((entry) => isFor(entry, url)));
}

/** Whether the body has to be known before the head is sent. */
export function needsBody(all: readonly EgressCredential[], url: URL): boolean {
  return credentialsFor(all, url).some(({ hmac }) => hmac !== undefined);
}

/** Headers and query parameters for a request with this body. */
export async function addedTo(
  all: readonly EgressCredential[],
  { method, url, body }: { method: string; url: URL; body: Uint8Array | null },
): Promise<Added> {
  const headers: Record<string, string> = {};
  const query: Record<string, string> = {};
  for (const credential of credentialsFor(all, url)) {
    Object.assign(headers, credential.headers);
    Object.assign(query, credential.query);
    const { hmac, sign } = credential;
    if (sign) {
      const signed = await sign({ method, url });
      Object.assign(headers, signed.headers);
      Object.assign(query, signed.query);
    }
    if (!hmac) continue;
    const signature = createHmac(hmac.algorithm, hmac.key)
      .update(body ?? new Uint8Array(0))
      .digest('hex');
    headers[hmac.header] = hmac.format.replaceAll('{}', signature);
  }
  return { headers, query };
}

/** Path and query as they are sent: added parameters take the place of those of the same name. */
export function pathWith(url: URL, query: Added['query']): string {
  const names = Object.keys(query);
  if (names.length === 0) return `${url.pathname}${url.search}`;
  const copy = new URL(url);
  for (const name of names) copy.searchParams.set(name, query[name] ?? '');
  return `${copy.pathname}${copy.search}`;
}

/**
 * An address without the parameters that the host added: servers like to repeat them in redirects, where the plugin, or another
 * server, would find them.
 */
export function withoutAdded(all: readonly EgressCredential[], address: string, base: URL): string {
  const url = URL.parse(address, base);
  if (!url) return address;
  const secret = all.flatMap(({ query }) => Object.entries(query ?? {}));
  const found = secret.filter(([name, value]) => url.searchParams.getAll(name).includes(value));
  if (found.length === 0) return address;
  for (const [name, value] of found) url.searchParams.delete(name, value);
  return url.href;
}

function isFor(entry: string, url: URL): boolean {
  if (entry.includes('://')) return URL.parse(entry)?.origin === url.origin;
  const hasPort = /:\d+$/.test(entry);
  // Without a port nobody has said that it may go over the wire in plain.
  if (!hasPort && url.protocol !== 'https:') return false;
  return matchesHost(entry, targetOfUrl(url));
}
