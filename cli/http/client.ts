import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import type { Io } from '../io.ts';

/** Where requests of the command line go out: through the proxy that the environment names, else directly. */
export interface HttpClient {
  /**
   * Sends one request, following redirects of GET, and gives the head of the response.
   * @throws Error of the network; what the signal aborts with
   */
  send(url: string, options?: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

export interface HttpRequest {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** `404 Not Found` */
  readonly statusText: string;
  readonly body: AsyncIterable<Uint8Array>;
  /** At most `maxBytes` of the body as text. */
  text(maxBytes?: number): Promise<string>;
}

const mebibyte = 2 ** 20;
const redirects = new Set([301, 302, 303, 307, 308]);
const maxRedirects = 10;

/** A client for one command; close it when done. */
export function createHttpClient(env: Io['env']): HttpClient {
  const agent = new EnvHttpProxyAgent({
    httpProxy: env['http_proxy'] ?? env['HTTP_PROXY'] ?? '',
    httpsProxy: env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '',
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
  });
  return {
    send: (url, options = {}) => follow(agent, url, options),
    close: () => agent.destroy(),
  };
}

async function follow(agent: Dispatcher, url: string, options: HttpRequest): Promise<HttpResponse> {
  let at = url;
  for (let hop = 0; ; hop += 1) {
    const { method = 'GET', headers = {}, body, signal } = options;
    const response = await request(at, {
      dispatcher: agent,
      method,
      headers,
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    });
    const { location } = response.headers;
    if (method !== 'GET' || !redirects.has(response.statusCode) || typeof location !== 'string') {
      return read(response);
    }
    await response.body.dump();
    if (hop >= maxRedirects) throw new Error(`stopped after ${maxRedirects} redirects`);
    at = new URL(location, at).href;
  }
}

function read({ statusCode, statusText, body }: Dispatcher.ResponseData): HttpResponse {
  return {
    status: statusCode,
    statusText: `${statusCode} ${statusText}`.trim(),
    body,
    async text(maxBytes = mebibyte) {
      const pieces: Uint8Array[] = [];
      let size = 0;
      for await (const piece of body) {
        pieces.push(piece);
        size += piece.length;
        if (size >= maxBytes) break;
      }
      return Buffer.concat(pieces).subarray(0, maxBytes).toString();
    },
  };
}
