import { HostError, PluginError, sleep } from '@flux-host/sdk/typescript';
import { retryAfterMs } from '../notifier-common/retry-after.ts';
import type { Bucket } from './bucket.ts';
import { hintFor } from './hints.ts';
import { readText } from './read-text.ts';

/** Further attempts where a service is overloaded or a connection broke, and the wait before the first of them, ms. */
const retries = 4;
const firstWaitMs = 200;
/** A service that asks for more than this is left alone, and the attempt ends. */
const longestWaitMs = 5_000;

/** Enough for what a service says about an error. */
const largestRefusal = 64 * 1024;

const retried = new Set([429, 500, 502, 503, 504]);

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
}

/** A refusal of the service. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  /** How long the service wants to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor({ status, code, message, retryAfterMs: wait }: Refusal) {
    super(message || `the server answers with status ${status}${code ? ` (${code})` : ''}`);
    this.status = status;
    this.code = code;
    this.hint = hintFor({ status, code, message });
    this.retryAfterMs = wait;
  }
}

/**
 * Sends a request until it is answered well.
 * @param send gets the response of an attempt; the first may be under way already
 * @throws Refused, HostError
 */
export async function ask(bucket: Bucket, send: () => Promise<Response>): Promise<Response> {
  for (let attempt = 0; ; attempt += 1) {
    const isLast = attempt === retries;
    let waitMs = firstWaitMs * 2 ** attempt;
    try {
      const response = await send();
      if (response.ok) return response;
      const refused = await refusalOf(bucket, response);
      waitMs = Math.max(waitMs, refused.retryAfterMs ?? 0);
      if (isLast || waitMs > longestWaitMs || !retried.has(refused.status)) throw refused;
    } catch (error) {
      if (isLast || !isBroken(error)) throw error;
    }
    await sleep(waitMs);
  }
}

async function refusalOf({ storage }: Bucket, response: Response): Promise<Refused> {
  const { status, headers } = response;
  const wait = retryAfterMs(headers.get('retry-after'), Date.now());
  const { text } = await readText(response, largestRefusal);
  return new Refused({ status, ...storage.refusal(text), retryAfterMs: wait });
}

/** A connection that ended early, not one that was never allowed. */
function isBroken(error: unknown): boolean {
  return error instanceof HostError && error.code === 'FLUX_E_EGRESS_BROKEN';
}

/** A failure with what it was about in front, in Flux's words. */
export function failed(what: string, error: unknown): PluginError {
  const { message, hint, terminal, retryAfterMs } = detailsOf(error);
  return new PluginError(`${what}: ${message}`, {
    reason: 'BucketOperationFailed',
    ...(hint === undefined ? {} : { hint }),
    ...(terminal === undefined ? {} : { terminal }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    // What a service says is in the message already.
    ...(error instanceof Refused ? {} : { cause: error }),
  });
}

function detailsOf(error: unknown): {
  message: string;
  hint?: string | undefined;
  terminal?: boolean | undefined;
  retryAfterMs?: number | undefined;
} {
  if (error instanceof Refused || error instanceof PluginError || error instanceof HostError) return error;
  return { message: error instanceof Error ? error.message : String(error) };
}
