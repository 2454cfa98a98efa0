import { createHmac } from 'node:crypto';
import type { SignRequest } from '../../../sandbox/types.ts';
import { badSecret } from '../errors.ts';

/** Headers of a request without a body that the signature names and that are never sent here. */
const absentHeaders = '\n'.repeat(11);

/**
 * Signs with the key of a storage account ("Authorize with Shared Key").
 * @param more headers beside the date; names in lower case, beginning with `x-ms-`
 */
export function sharedKey(account: string, key: string, more: Readonly<Record<string, string>>): SignRequest {
  const secret = Buffer.from(key.trim(), 'base64');
  return async ({ method, url }) => {
    const headers: Record<string, string> = { ...more, 'x-ms-date': new Date().toUTCString() };
    const names = Object.keys(headers).sort();
    const canonicalHeaders = names.map((name) => `${name}:${headers[name]}\n`).join('');
    const text = `${method}\n${absentHeaders}${canonicalHeaders}${canonicalResource(account, url)}`;
    const signature = createHmac('sha256', secret).update(text, 'utf8').digest('base64');
    return { headers: { ...headers, authorization: `SharedKey ${account}:${signature}` } };
  };
}

function canonicalResource(account: string, url: URL): string {
  const names = [...new Set([...url.searchParams.keys()].map((name) => name.toLowerCase()))].sort();
  const values = (name: string) =>
    [...url.searchParams]
      .filter(([each]) => each.toLowerCase() === name)
      .map(([, value]) => value)
      .sort()
      .join(',');
  return [`/${account}${url.pathname}`, ...names.map((name) => `${name}:${values(name)}`)].join('\n');
}

/**
 * Name of the storage account: the first part of the host, or the first folder of an emulator's address.
 * @throws FluxError FLUX_E_BUCKET_SECRET in Flux's words
 */
export function accountOf(endpoint: string): string {
  const url = URL.parse(endpoint.includes('://') ? endpoint : `https://${endpoint}`);
  const hostname = url?.hostname ?? '';
  const [folder = ''] = url?.pathname.split('/').filter(Boolean) ?? [];
  if (folder && /^(localhost|[\d.]+|\[.*\])$/.test(hostname)) return folder;
  const parts = hostname.split('.');
  if (parts.length > 2 && parts[0]) return parts[0];
  throw badSecret(
    `failed to extract account name from endpoint: expected '${hostname}' to be a subdomain`,
    'spec.endpoint is like https://account.blob.core.windows.net',
  );
}
