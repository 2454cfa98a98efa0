import { PluginError } from '@flux-host/sdk/typescript';

/**
 * A response with status 200 or 304.
 * @throws PluginError
 */
export async function send(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const response = await fetch(url, { headers: { Accept: 'application/json', ...headers } });
  if (response.ok || response.status === 304) return response;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  throw new PluginError(`${url} answered with status ${response.status}`, {
    reason: response.status === 401 ? 'AuthenticationFailed' : 'FetchFailed',
    ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {}),
  });
}

/** @throws PluginError */
export async function download(url: string): Promise<Uint8Array> {
  return (await send(url, { Accept: '*/*' })).bytes();
}
