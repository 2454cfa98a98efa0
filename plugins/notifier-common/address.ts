import { invalid } from './failure.ts';

/**
 * The address as an URL of HTTP. It stays out of the error: addresses of webhooks are secrets.
 * @param what in the error, e.g. `Slack hook URL`
 * @throws PluginError in the words of Flux
 */
export function httpAddress(address: string | undefined, what: string): URL {
  const url = URL.parse(address ?? '');
  if (url?.hostname && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  const why = address ? 'it is no http or https URL' : 'empty url';
  throw invalid(
    `invalid ${what}: ${why}`,
    'set spec.address of the Provider, or the key address of its Secret',
  );
}
