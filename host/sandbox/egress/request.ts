import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { EgressGrant } from '../types.ts';
import type { Route } from './dispatchers.ts';
import { badRequest, networkError, type Target, targetText } from './errors.ts';
import { checkGrant, parseUrl, targetOfUrl } from './grant.ts';
import { type Headers, responseHeaders, withCredentials, withoutSensitive } from './headers.ts';

/** A request with everything decided but where redirects lead. */
export interface Prepared {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array | Readable | null;
  readonly length: number | undefined;
  readonly timeoutMs: number;
  readonly redirects: number;
  readonly signal: AbortSignal;
  route(): Route;
}

export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly url: string;
  /** For messages: host and port. */
  readonly target: string;
  readonly body: AsyncIterable<Uint8Array>;
}

const bodyTimeoutMs = 60_000;
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Sends a request and follows its redirects, each checked like the first. Credentials are added per hop, for their own
 * origin; what the plugin itself sent to prove who it is stays behind when the origin changes.
 * @throws FluxError FLUX_E_EGRESS_…
 */
export async function follow(grant: EgressGrant, prepared: Prepared): Promise<Received> {
  if (!methods.has(prepared.method))
    throw badRequest(`${prepared.method.slice(0, 20)} is no method that can be used`);
  let request = prepared;
  for (let left = prepared.redirects; ; left -= 1) {
    const url = parseUrl(request.url);
    const target = targetOfUrl(url);
    checkGrant(grant.allow, target);
    const response = await sendOnce(grant, request, { url, target });
    const next = left > 0 ? redirected(request, response, url) : null;
    if (!next) {
      return {
        status: response.statusCode,
        headers: responseHeaders(response.headers),
        url: shown(url),
        target: targetText(target),
        body: response.body,
      };
    }
    await response.body.dump().catch(() => {});
    request = next;
  }
}

async function sendOnce(
  grant: EgressGrant,
  { method, headers, body, length, timeoutMs, signal, route }: Prepared,
  { url, target }: { url: URL; target: Target },
): Promise<Dispatcher.ResponseData> {
  const { dispatcher, proxy } = route();
  const forward = proxy !== null && url.protocol === 'http:';
  const path = `${url.pathname}${url.search}`;
  const sent = [...credentials(grant, headers, url)];
  if (length !== undefined) sent.push(['content-length', String(length)]);
  if (forward && proxy.authorization) sent.push(['proxy-authorization', proxy.authorization]);
  try {
    return await dispatcher.request({
      origin: url.origin,
      path: forward ? `${url.origin}${path}` : path,
      method: knownMethod(method),
      headers: sent.flat(),
      body:
        body instanceof Readable ? body : body && Buffer.from(body.buffer, body.byteOffset, body.byteLength),
      headersTimeout: timeoutMs,
      bodyTimeout: bodyTimeoutMs,
      signal,
    });
  } catch (error) {
    throw networkError(targetText(target), error);
  }
}

function credentials({ credentials: granted }: EgressGrant, headers: Headers, url: URL): [string, string][] {
  const own = headers.map(([name, value]): [string, string] => [name, value]);
  if (url.username !== '' || url.password !== '') {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    if (!own.some(([name]) => name === 'authorization')) {
      own.push(['authorization', `Basic ${Buffer.from(pair).toString('base64')}`]);
    }
  }
  if (!granted || URL.parse(granted.origin)?.origin !== url.origin) return own;
  return withCredentials(own, granted.headers);
}

function redirected(
  request: Prepared,
  { statusCode, headers }: Dispatcher.ResponseData,
  from: URL,
): Prepared | null {
  const { location } = headers;
  if (![301, 302, 303, 307, 308].includes(statusCode) || typeof location !== 'string') return null;
  const to = URL.parse(location, from);
  if (!to) throw badRequest('the server redirects to an address that is not valid');
  const keep = to.origin === from.origin;
  const asGet = statusCode === 303 || (statusCode < 303 && request.method === 'POST');
  // A stream cannot be sent twice; the plugin gets the redirect and can decide.
  if (!asGet && request.body instanceof Readable) return null;
  return {
    ...request,
    url: to.href,
    headers: keep ? request.headers : withoutSensitive(request.headers),
    ...(asGet ? { method: request.method === 'HEAD' ? 'HEAD' : 'GET', body: null, length: undefined } : {}),
  };
}

function knownMethod(method: string): Dispatcher.HttpMethod {
  switch (method) {
    case 'HEAD':
    case 'POST':
    case 'PUT':
    case 'PATCH':
    case 'DELETE':
    case 'OPTIONS':
      return method;
    default:
      return 'GET';
  }
}

/** Without user name and password. */
function shown(url: URL): string {
  const copy = new URL(url);
  copy.username = copy.password = '';
  return copy.href;
}
