import { malformed, tooMany } from './errors.ts';
import type { HttpResponse } from './exchange.ts';
import type { Call, Transport } from './transport.ts';

export interface PageOptions<Item> {
  /** For messages. */
  readonly what: string;
  /** Most items of all pages together. */
  readonly most: number;
  items(bytes: Buffer, response: HttpResponse): readonly Item[];
}

/** Bytes of one page. */
const largestPage = 8 * 2 ** 20;

/** Gets a list that may be in several pages, each with the address of the next in `Link`. @throws FluxError FLUX_E_OCI_TOO_LARGE */
export async function pages<Item>(
  transport: Transport,
  call: Omit<Call, 'method' | 'actions' | 'expect' | 'maxBytes'> & { readonly expect?: readonly number[] },
  { what, most, items }: PageOptions<Item>,
): Promise<Item[]> {
  const all: Item[] = [];
  const seen = new Set<string>();
  for (let at: string | URL | undefined = call.at; at !== undefined; ) {
    const response: HttpResponse = await transport.send({
      expect: [200],
      ...call,
      at,
      method: 'GET',
      actions: 'pull',
      maxBytes: largestPage,
    });
    all.push(...items(await response.bytes(), response));
    if (all.length > most) throw tooMany(what, most);
    at = nextOf(response);
    if (at === undefined) break;
    if (seen.has(at.href)) throw malformed(what, 'the registry’s next page is one that it gave already');
    seen.add(at.href);
  }
  return all;
}

/** The address after this page; only on the same registry. */
function nextOf(response: HttpResponse): URL | undefined {
  for (const value of response.headers('link')) {
    const [, target] = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(value) ?? [];
    if (target === undefined) continue;
    const url = URL.parse(target, response.url);
    if (url?.host !== response.url.host)
      throw malformed(response.url.origin, 'the next page is on another host');
    // Registries behind a proxy may not know that they are asked over TLS.
    url.protocol = response.url.protocol;
    return url;
  }
  return undefined;
}
