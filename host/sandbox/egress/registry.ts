import type { EgressGrant } from '../types.ts';
import { badRequest, targetText } from './errors.ts';
import { checkGrant, parseUrl, targetOfUrl } from './grant.ts';
import type { Prepared, Received } from './request.ts';

/**
 * Sends a request to the registry of a grant by its own way; undefined for a request that goes elsewhere. Whom it leads to from there is the way's to
 * decide: storage services are anywhere.
 * @throws FluxError FLUX_E_EGRESS_DENIED, FLUX_E_EGRESS_REQUEST; rejects with those of the way
 */
export function viaRegistry(
  { allow, registry }: EgressGrant,
  { url: text, method, headers, body, signal }: Prepared,
): Promise<Received> | undefined {
  if (!registry) return undefined;
  const url = parseUrl(text);
  if (url.protocol !== 'https:' || url.host !== registry.host) return undefined;
  const target = targetOfUrl(url);
  checkGrant(allow, target);
  if ((method !== 'GET' && method !== 'HEAD') || body !== null) {
    throw badRequest('of a registry it can only read');
  }
  return registry
    .send({ method, url, headers, signal })
    .then((response) => ({ ...response, target: targetText(target) }));
}
