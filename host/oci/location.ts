import { malformed } from './errors.ts';
import type { HttpResponse } from './exchange.ts';

/** The address in `Location`, where an upload goes on. @throws FluxError FLUX_E_OCI_RESPONSE */
export function locationOf(response: HttpResponse): URL {
  const [location = ''] = response.headers('location');
  const url = location === '' ? null : URL.parse(location, response.url);
  if (!url) throw malformed(response.url.origin, 'the registry does not say where to upload to');
  // Registries behind a proxy may not know that they are asked over TLS.
  if (url.host === response.url.host) url.protocol = response.url.protocol;
  return url;
}
