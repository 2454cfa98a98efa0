import type { Bucket } from '@flux-host/crds/source/bucket.ts';
import { invalidUrl } from './errors.ts';

/** Services whose buckets have hosts of their own; as in Flux (minio-go), all others have them below a path. */
const virtualHosts = /(^|\.)(amazonaws\.com|amazonaws\.com\.cn|storage\.googleapis\.com|aliyuncs\.com)$/;

/** Where Google's API is. */
const google = 'https://storage.googleapis.com';

/**
 * The address of the bucket itself, with a slash at its end: nothing else has to be reached.
 * @param env STORAGE_EMULATOR_HOST, Google's own variable for another address of its API
 * @throws FluxError FLUX_E_BUCKET_ADDRESS
 */
export function bucketAddress({ spec }: Bucket, env: Readonly<Record<string, string | undefined>>): string {
  const { provider = 'generic', bucketName } = spec;
  const name = encodeURIComponent(bucketName);
  if (provider === 'gcp') {
    const emulator = env['STORAGE_EMULATOR_HOST'];
    // As in Flux, the token goes to Google whatever the endpoint says.
    const base = emulator ? (emulator.includes('://') ? emulator : `http://${emulator}`) : google;
    return `${base.replace(/\/+$/, '')}/storage/v1/b/${name}/`;
  }
  const url = endpointOf(spec, provider === 'azure');
  if (provider === 'azure') return `${url.href.replace(/\/*$/, '/')}${name}/`;
  if (hasOwnHost(url, bucketName)) {
    url.host = `${bucketName}.${url.host}`;
    return `${url.origin}/`;
  }
  return `${url.origin}/${name}/`;
}

/** A name with dots has no certificate for its own host. */
function hasOwnHost({ hostname, protocol }: URL, name: string): boolean {
  return virtualHosts.test(hostname) && !(protocol === 'https:' && name.includes('.'));
}

/** S3 endpoints are hosts, those of Azure addresses. */
export function endpointOf({ endpoint, insecure = false }: Bucket['spec'], isAddress = false): URL {
  const text =
    isAddress && endpoint.includes('://') ? endpoint : `${insecure ? 'http' : 'https'}://${endpoint}`;
  const url = URL.parse(text);
  if (!url?.hostname || url.username || url.hash) throw invalidUrl(endpoint);
  if (!isAddress && (url.pathname !== '/' || url.search)) throw invalidUrl(endpoint);
  url.search = '';
  return url;
}
