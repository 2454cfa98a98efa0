import { PluginError } from '@flux-host/sdk/typescript';
import { within } from './failure.ts';
import { retryAfterMs } from './retry-after.ts';

/** Longest part of an answer that is shown. */
const shownBytes = 1024;

/** A request, and what went wrong in Flux's words when it does. */
export interface Exchange {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly body?: string | Uint8Array;
}

/**
 * Sends a request.
 * @returns the response, whatever its status
 * @throws PluginError when there is none
 */
export function send(url: string | URL, { json, body, headers, method }: Exchange): Promise<Response> {
  const content = json === undefined ? body : JSON.stringify(json);
  return within('failed to execute request', () =>
    fetch(url, {
      method: method ?? (content === undefined ? 'GET' : 'POST'),
      headers: {
        'User-Agent': 'flux-host',
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content }),
    }),
  );
}

/**
 * Sends a request that has to be answered with a status of 2xx.
 * @throws PluginError with the status and the beginning of the answer
 */
export async function exchange(url: string | URL, request: Exchange): Promise<Response> {
  const response = await send(url, request);
  if (response.ok) return response;
  const text = await beginningOf(response);
  throw statusError(response, `request failed with status code ${response.status}${text && `: ${text}`}`);
}

/** Posts a message as Flux does to webhooks. @throws PluginError */
export async function post(
  url: string | URL,
  request: Exchange,
  intention = 'postMessage failed',
): Promise<void> {
  await within(intention, async () => {
    const response = await send(url, request);
    if (response.ok) {
      await response.body?.cancel();
      return;
    }
    const text = await beginningOf(response);
    const message = `request failed: request failed with status code ${response.status}`;
    throw statusError(response, `${message}${text && `: ${text}`}`);
  });
}

/**
 * The error for a status that is none of 2xx. What the service refuses it refuses again; what it is too busy or broken for may
 * work later.
 */
export function statusError(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  message: string,
): PluginError {
  const wait = retryAfterMs(headers.get('retry-after'), Date.now());
  const later = [408, 425, 429].includes(status) || (status >= 500 && status !== 501);
  return new PluginError(message, {
    terminal: !later && wait === undefined,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(hints[status] === undefined ? {} : { hint: hints[status] }),
  });
}

const hints: Readonly<Record<number, string>> = {
  401: 'check the token or password in the Secret of the Provider',
  403: 'check what the token in the Secret of the Provider is allowed to do',
  404: 'check address and channel of the Provider',
  410: 'the webhook was removed at the service: make a new one',
};

/** The beginning of a body as one line; the rest is not read. */
async function beginningOf(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    pieces.push(piece.subarray(0, shownBytes - size));
    size += piece.length;
    if (size >= shownBytes) break;
  }
  const decoder = new TextDecoder();
  const text = pieces.map((piece) => decoder.decode(piece, { stream: true })).join('');
  return text.replace(/\s+/g, ' ').trim();
}
