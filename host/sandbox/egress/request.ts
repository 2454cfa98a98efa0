import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { EgressCredential, EgressGrant } from '../types.ts';
import { addedTo, needsBody, pathWith, withoutAdded } from './credentials.ts';
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

/** More than any browser follows; a circle ends there, however many are asked for. */
const mostRedirects = 20;

/** Methods whose requests servers expect a body of. */
const withBody = new Set(['POST', 'PUT', 'PATCH']);
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A body that has to be signed is kept until it is complete. */
const mostSignedBytes = 16 * 2 ** 20;

/**
 * Sends a request and follows its redirects, each checked like the first. Credentials are added per hop, as long as the origin stays the
 * same; what the plugin itself sent to prove who it is stays behind, too, when the origin changes.
 * @throws FluxError FLUX_E_EGRESS_…
 */
export async function follow(grant: EgressGrant, prepared: Prepared): Promise<Received> {
  if (!methods.has(prepared.method))
    throw badRequest(`${prepared.method.slice(0, 20)} is no method that can be used`);
  let credentials = grant.credentials ?? [];
  let request = await readyToSign(prepared, credentials);
  for (let left = Math.min(prepared.redirects, mostRedirects); ; left -= 1) {
    const url = parseUrl(request.url);
    const target = targetOfUrl(url);
    checkGrant(grant.allow, target);
    const response = await sendOnce(credentials, request, { url, target });
    const location = locationOf(response, credentials, url);
    const next = left > 0 ? redirected(request, { response, location }, url) : null;
    if (!next) {
      const headers = responseHeaders(response.headers);
      return {
        status: response.statusCode,
        headers: headers.map(([name, value]) => [name, name === 'location' ? (location ?? value) : value]),
        url: shown(url),
        target: targetText(target),
        body: response.body,
      };
    }
    await response.body.dump().catch(() => {});
    if (URL.parse(next.url)?.origin !== url.origin) credentials = [];
    request = next;
  }
}

/** Collects a streamed body when a credential signs it. */
async function readyToSign(prepared: Prepared, credentials: readonly EgressCredential[]): Promise<Prepared> {
  const { body } = prepared;
  if (!(body instanceof Readable) || !needsBody(credentials, parseUrl(prepared.url))) return prepared;
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    const bytes = Buffer.from(piece);
    size += bytes.length;
    if (size > mostSignedBytes) {
      throw badRequest(`its body is larger than the ${mostSignedBytes} bytes that can be signed`);
    }
    pieces.push(bytes);
  }
  return { ...prepared, body: Buffer.concat(pieces), length: undefined };
}

async function sendOnce(
  granted: readonly EgressCredential[],
  { method, headers, body, length, timeoutMs, signal, route }: Prepared,
  { url, target }: { url: URL; target: Target },
): Promise<Dispatcher.ResponseData> {
  const { dispatcher, proxy } = route();
  const forward = proxy !== null && url.protocol === 'http:';
  const added = await addedTo(granted, { method, url, body: body instanceof Uint8Array ? body : null });
  const path = pathWith(url, added.query);
  const sent = withCredentials(withUserinfo(headers, url), added.headers);
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
      // A server may take a body that it did not expect for the next request: of somebody else, if the connection is used again.
      ...(body !== null && !withBody.has(method) ? { reset: true } : {}),
      signal,
    });
  } catch (error) {
    throw networkError(targetText(target), error);
  }
}

/** User and password of the address itself, unless the plugin says who it is in another way. */
function withUserinfo(headers: Headers, url: URL): Headers {
  if (url.username === '' && url.password === '') return headers;
  if (headers.some(([name]) => name === 'authorization')) return headers;
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return [...headers, ['authorization', `Basic ${Buffer.from(pair).toString('base64')}`]];
}

function locationOf(
  { headers: { location } }: Dispatcher.ResponseData,
  credentials: readonly EgressCredential[],
  from: URL,
): string | undefined {
  return typeof location === 'string' ? withoutAdded(credentials, location, from) : undefined;
}

function redirected(
  request: Prepared,
  { response, location }: { response: Dispatcher.ResponseData; location: string | undefined },
  from: URL,
): Prepared | null {
  const { statusCode } = response;
  if (![301, 302, 303, 307, 308].includes(statusCode) || location === undefined) return null;
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
