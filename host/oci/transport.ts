import { type Authorisation, type AuthorisationOptions, createAuthorisation } from './authorisation.ts';
import { exchange, type HttpBody, type HttpRequest, type HttpResponse } from './exchange.ts';
import { homeOf } from './home.ts';
import type { RegistryMemory } from './memory.ts';
import { refusal } from './refusal.ts';
import { retrying } from './retry.ts';
import { type Scheme, schemesFor, speaksNoTls } from './schemes.ts';
import type { Repository } from './types.ts';

/** A request about a repository. */
export interface Call {
  readonly repository: Repository;
  readonly method: HttpRequest['method'];
  /** What the login has to allow. */
  readonly actions: 'pull' | 'pull,push' | 'delete,pull,push';
  /** Below `/v2/<name>/`, or an address that the registry gave. */
  readonly at: string | URL;
  readonly headers?: HttpRequest['headers'];
  readonly body?: HttpBody;
  /** Statuses that are answers; others are thrown. */
  readonly expect: readonly number[];
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Further attempts, other than the client's. */
  readonly retries?: number;
  /** Repository to read from besides, for mounts. */
  readonly alsoFrom?: string | undefined;
}

/** Sends calls with scheme, login and retries taken care of. */
export interface Transport {
  readonly retry: { readonly retries: number; readonly delayMs: number };
  readonly memory: RegistryMemory;
  /** The response has one of the expected statuses. @throws FluxError FLUX_E_OCI_… */
  send(call: Call): Promise<HttpResponse>;
}

export interface TransportOptions extends AuthorisationOptions {
  readonly insecure: boolean;
  readonly retries: number;
  readonly delayMs: number;
}

export function createTransport(options: TransportOptions): Transport {
  const authorisation = createAuthorisation(options);
  const retry = { retries: options.retries, delayMs: options.delayMs };
  return {
    retry,
    memory: options.memory,
    send: (call) =>
      retrying({ ...retry, retries: call.retries ?? retry.retries, signal: call.signal }, () =>
        sendOnce(options, authorisation, call),
      ),
  };
}

async function sendOnce(
  options: TransportOptions,
  authorisation: Authorisation,
  call: Call,
): Promise<HttpResponse> {
  const { response, request } = await withScheme(options, call, async (request) => {
    const headers = await authorisation.headers(request, call);
    const first = await exchange(options, withHeaders(request, headers));
    if (first.status !== 401 || first.url.origin !== request.url.origin) return first;
    const better = await authorisation.challenged(first, request, call);
    return better === undefined ? first : exchange(options, withHeaders(request, better));
  });
  if (call.expect.includes(response.status)) return response;
  throw await refusal(response, request);
}

const withHeaders = (request: HttpRequest, more: HttpRequest['headers']): HttpRequest => ({
  ...request,
  headers: [...request.headers, ...more],
});

interface Sent {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
}

async function withScheme(
  { memory, insecure }: TransportOptions,
  call: Call,
  send: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<Sent> {
  const { registry } = call.repository;
  if (call.at instanceof URL) {
    const request = requestOf(call, call.at);
    return { request, response: await send(request) };
  }
  const key = `${registry} ${insecure}`;
  const known = memory.schemes.get(key);
  const schemes = known ? [known] : schemesFor(registry, insecure);
  for (const [index, scheme] of schemes.entries()) {
    const request = requestOf(call, addressOf(scheme, call));
    try {
      const response = await send(request);
      memory.schemes.set(key, scheme);
      return { request, response };
    } catch (error) {
      if (known) memory.schemes.delete(key);
      if (index === schemes.length - 1 || !speaksNoTls(error)) throw error;
    }
  }
  throw new Error('there is always a scheme to try');
}

function addressOf(scheme: Scheme, { repository, at }: Call): URL {
  return new URL(`${scheme}://${repository.registry}/v2/${repository.name}/${String(at)}`);
}

function requestOf(
  { repository, method, headers = [], body, maxBytes, signal }: Call,
  url: URL,
): HttpRequest {
  const home = homeOf(repository);
  return { method, url, home, headers, maxBytes, signal, ...(body === undefined ? {} : { body }) };
}
