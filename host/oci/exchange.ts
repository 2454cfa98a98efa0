import type { Readable } from 'node:stream';
import { FluxError } from '../errors/flux-error.ts';
import { proxyFor } from '../kube/proxy.ts';
import type { Egress, EgressResponse, EgressSession } from '../sandbox/egress/egress.ts';
import { addressRefused, malformed, networkFailed, timedOut, tooLarge } from './errors.ts';
import type { RegistryAccess } from './types.ts';

/** One HTTP request. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  /** Host name of the registry: the one address of this machine that may be asked, wherever the registry leads to. */
  readonly home: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: HttpBody;
  /** Largest response body that is taken. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** A function makes the stream anew for each attempt. */
export type HttpBody = Uint8Array | { readonly length: number; open(): Readable };

/** Its body has to be read to the end, or given back with `drain`. */
export interface HttpResponse {
  readonly status: number;
  /** Where it came from after redirects. */
  readonly url: URL;
  /** The values of a header; the name in lower case. */
  headers(name: string): string[];
  /** @throws FluxError FLUX_E_OCI_TOO_LARGE, _TIMEOUT, _NETWORK */
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body. */
  bytes(): Promise<Buffer>;
  /** Lets the connection be used again without the body. */
  drain(): Promise<void>;
}

export interface ExchangeOptions {
  readonly egress: Egress;
  readonly access: Pick<RegistryAccess, 'tls' | 'proxy'>;
  /** Longest wait for the head, and for each piece of the body. */
  readonly timeoutMs: number;
}

const mostRedirects = 5;
const refusalBytes = 64 * 1024;

/** For messages: no query, which may have a signature of a storage service in it. */
export const requestText = ({ method, url }: Pick<HttpRequest, 'method' | 'url'>): string =>
  `${method} ${url.origin}${url.pathname}`;

/**
 * Sends a request through the host's egress and follows redirects; credentials stay with the first origin.
 * @throws FluxError FLUX_E_OCI_NETWORK, _ADDRESS, _TIMEOUT; `signal.reason` after an abort
 */
export async function exchange(options: ExchangeOptions, request: HttpRequest): Promise<HttpResponse> {
  const { signal } = request;
  signal?.throwIfAborted();
  const session = openSession(options, request);
  const close = () => session.close();
  signal?.addEventListener('abort', close, { once: true });
  const end = () => {
    signal?.removeEventListener('abort', close);
    session.close();
  };
  try {
    const response = await session.request({
      method: request.method,
      url: request.url.href,
      headers: [['user-agent', 'flux-host'], ...request.headers],
      redirects: request.method === 'GET' || request.method === 'HEAD' ? mostRedirects : 0,
      timeoutMs: options.timeoutMs,
      ...bodyOf(request),
    });
    return answer(response, { request, timeoutMs: options.timeoutMs, end });
  } catch (error) {
    end();
    throw translated(error, request);
  }
}

function openSession(
  { egress, access }: ExchangeOptions,
  { url, home, maxBytes }: HttpRequest,
): EgressSession {
  const proxy = access.proxy ?? proxyOf(url);
  return egress.session({
    // Registries send to storage services and token servers anywhere; to this machine only when they are on it themselves.
    allow: ['*', home],
    // Refusals come with an explanation, also where what was asked for is smaller.
    maxBytes: Math.max(maxBytes, refusalBytes),
    ...(access.tls === undefined ? {} : { tls: access.tls }),
    ...(proxy === undefined ? {} : { proxy }),
  });
}

function proxyOf(url: URL): { url: string } | undefined {
  const proxy = proxyFor(url.href);
  return proxy === undefined ? undefined : { url: proxy };
}

function bodyOf({ body }: HttpRequest): { body?: Uint8Array | Readable; length?: number } {
  if (body === undefined) return {};
  if (body instanceof Uint8Array) return { body, length: body.length };
  return { body: body.open(), length: body.length };
}

interface AnswerOptions {
  readonly request: HttpRequest;
  readonly timeoutMs: number;
  end(): void;
}

function answer(response: EgressResponse, options: AnswerOptions): HttpResponse {
  const body = pieces(response, options);
  return {
    status: response.status,
    url: new URL(response.url),
    headers: (name) => response.headers.filter(([one]) => one === name).map(([, value]) => value),
    body,
    async bytes() {
      const all: Uint8Array[] = [];
      for await (const piece of body) all.push(piece);
      return Buffer.concat(all);
    },
    async drain() {
      for await (const _ of body);
    },
  };
}

async function* pieces(
  response: EgressResponse,
  { request, timeoutMs, end }: AnswerOptions,
): AsyncGenerator<Uint8Array> {
  const body = response.body[Symbol.asyncIterator]();
  let late = false;
  try {
    for (;;) {
      const timer = setTimeout(() => {
        late = true;
        end();
      }, timeoutMs);
      const { done, value } = await body.next().finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } catch (error) {
    request.signal?.throwIfAborted();
    if (late) throw timedOut(requestText(request), 'the response stopped in the middle');
    throw translated(error, request);
  } finally {
    end();
  }
}

function translated(error: unknown, request: HttpRequest): unknown {
  request.signal?.throwIfAborted();
  if (!(error instanceof FluxError)) return error;
  const text = requestText(request);
  switch (error.code) {
    case 'FLUX_E_EGRESS_DENIED':
    case 'FLUX_E_EGRESS_ADDRESS':
      return addressRefused(text, error);
    case 'FLUX_E_EGRESS_TOO_LARGE':
      return tooLarge(`the answer to ${text}`, request.maxBytes);
    case 'FLUX_E_EGRESS_TIMEOUT':
      return timedOut(text, error.message);
    case 'FLUX_E_EGRESS_REQUEST':
      return malformed(text, error.message.replace("the plugin's request is not valid: ", ''));
    default:
      return error.code.startsWith('FLUX_E_EGRESS_') ? networkFailed(text, error) : error;
  }
}
