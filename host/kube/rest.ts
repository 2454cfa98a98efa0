import type { Dispatcher } from 'undici';
import type { Connection } from './connection.ts';
import {
  type Asked,
  KubeError,
  malformedError,
  statusError,
  unreachableError,
  untrustedError,
} from './errors.ts';
import { isFields, text } from './kubeconfig.ts';
import { withRetries } from './retry.ts';

/** One call of the API, before retries. */
export interface Call extends Asked {
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** Default: every method but POST. */
  readonly idempotent?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What a hook learns of every attempt: the labels of `rest_client_requests_total`, and the duration. */
export interface RequestRecord {
  readonly verb: string;
  readonly method: string;
  readonly host: string;
  /** HTTP status, or `<error>` when there was no answer (client-go's label). */
  readonly code: string;
  readonly durationMs: number;
}

/** Receivers of what happens on the wire; they must not throw. */
export interface RestHooks {
  onRequest?(record: RequestRecord): void;
  /** A `Warning` header of the API server, e.g. that an API version is deprecated. */
  onWarning?(text: string): void;
}

export interface RestOptions extends RestHooks {
  readonly connection: Connection;
  readonly userAgent: string;
}

/** Calls with credentials, retries and typed errors. */
export interface Rest {
  /** The parsed answer; `undefined` for an empty body. */
  call<T>(call: Call): Promise<T>;
  /** One attempt of a watch: the body of a successful answer. */
  stream(call: Call): Promise<Dispatcher.ResponseData['body']>;
}

export function createRest(options: RestOptions, headers: Readonly<Record<string, string | string[]>>): Rest {
  const { connection } = options;

  async function exchange(call: Call, watch: boolean): Promise<Dispatcher.ResponseData> {
    const began = performance.now();
    const record = (code: string) =>
      options.onRequest?.({
        verb: call.verb,
        method: call.method,
        host: connection.host,
        code,
        durationMs: performance.now() - began,
      });
    try {
      const response = await connection.send({
        method: call.method,
        path: call.path,
        headers: {
          accept: call.accept ?? 'application/json',
          'user-agent': options.userAgent,
          ...(call.body !== undefined && { 'content-type': call.contentType ?? 'application/json' }),
          ...headers,
        },
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
        signal: call.signal,
        watch,
      });
      record(String(response.statusCode));
      return response;
    } catch (error) {
      call.signal?.throwIfAborted();
      record('<error>');
      throw asUnreachable(call, error, connection.host);
    }
  }

  /** An answer with a success status; a refused credential is read anew once (rotated token, replaced kubeconfig). */
  async function succeed(call: Call, watch: boolean): Promise<Dispatcher.ResponseData> {
    let response = await exchange(call, watch);
    if (response.statusCode === 401) {
      await response.body.dump();
      connection.invalidateCredentials();
      response = await exchange(call, watch);
    }
    for (const warning of warnings(response.headers['warning'])) options.onWarning?.(warning);
    if (response.statusCode < 300) return response;
    throw await failure(call, response, connection.host);
  }

  return {
    async call<T>(call: Call): Promise<T> {
      const idempotent = call.idempotent ?? call.method !== 'POST';
      let lost = false;
      return withRetries(
        async () => {
          try {
            const response = await succeed(call, false);
            return await readJson<T>(call, response, connection.host);
          } catch (error) {
            // The answer to an earlier attempt was lost: that one has deleted it.
            if (lost && call.method === 'DELETE' && isGoneObject(error)) return JSON.parse('null');
            lost ||= error instanceof KubeError && error.unreachable && error.sent;
            throw error;
          }
        },
        { idempotent, signal: call.signal },
      );
    },
    async stream(call) {
      return (await succeed(call, true)).body;
    },
  };
}

function isGoneObject(error: unknown): boolean {
  return error instanceof KubeError && error.notFound && !error.noMatch;
}

async function readJson<T>(call: Call, response: Dispatcher.ResponseData, host: string): Promise<T> {
  const body = await readText(call, response, host);
  try {
    return JSON.parse(body || 'null');
  } catch (cause) {
    throw malformedError(call, `the answer of ${host} is not JSON`, cause);
  }
}

async function readText(call: Call, response: Dispatcher.ResponseData, host: string): Promise<string> {
  try {
    return await response.body.text();
  } catch (error) {
    call.signal?.throwIfAborted();
    throw asUnreachable(call, error, host);
  }
}

async function failure(call: Call, response: Dispatcher.ResponseData, host: string): Promise<KubeError> {
  const body = await readText(call, response, host);
  const after = Number.parseInt(String(response.headers['retry-after'] ?? ''), 10);
  const status = parseStatus(body);
  const seconds = Number.isNaN(after) ? status.details?.retryAfterSeconds : after;
  return statusError(
    call,
    { ...status, code: response.statusCode },
    seconds === undefined ? undefined : seconds * 1000,
  );
}

/** Reads a `Status`; any other body (a proxy's page) becomes its message, cut short. */
function parseStatus(body: string): Parameters<typeof statusError>[1] {
  try {
    const parsed: unknown = JSON.parse(body);
    if (isFields(parsed) && parsed['kind'] === 'Status') return JSON.parse(body);
  } catch {
    // Not JSON: taken as text below.
  }
  return { message: body.slice(0, 300) };
}

// What was never sent: no connection came about, or no TLS.
const unsent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

// Codes of OpenSSL and Node for a certificate that is not believed.
const untrusted = /CERT|^ERR_(TLS|SSL)_|^UNABLE_TO_/;

/** A failed exchange as a KubeError; errors with a meaning of their own (kubeconfig, limits) pass through. */
export function asUnreachable(asked: Asked, error: unknown, server: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const code = text(error.code);
  if (code.startsWith('FLUX_E_') || code === 'UND_ERR_INVALID_ARG') return error;
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
    return malformedError(asked, 'the answer is larger than allowed', error);
  if (untrusted.test(code)) return untrustedError(asked, { server, cause: error });
  return unreachableError(asked, { server, sent: !unsent.has(code), cause: error });
}

// `299 - "text"`, several separated by commas: https://www.rfc-editor.org/rfc/rfc9111#section-5.5
function warnings(header: string | string[] | undefined): string[] {
  if (header === undefined) return [];
  return [header]
    .flat()
    .flatMap((line) => [...line.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)])
    .map((match) => (match[1] ?? '').replace(/\\(.)/g, '$1'));
}
