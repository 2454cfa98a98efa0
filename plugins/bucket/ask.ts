import { HostError, PluginError, sleep } from '@flux-host/sdk/typescript';
import type { Bucket } from './bucket.ts';
import { hintFor } from './hints.ts';

/** Further attempts where a service is overloaded or a connection broke, and the wait before the first of them, ms. */
const retries = 4;
const firstWaitMs = 200;

const retried = new Set([429, 500, 502, 503, 504]);

/** A refusal of the service. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;

  constructor({ status, code, message }: { status: number; code: string; message: string }) {
    super(message || `the server answers with status ${status}${code ? ` (${code})` : ''}`);
    this.status = status;
    this.code = code;
    this.hint = hintFor({ status, code, message });
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
    try {
      const response = await send();
      if (response.ok) return response;
      const refusal = bucket.storage.refusal(await response.text());
      if (isLast || !retried.has(response.status)) throw new Refused({ status: response.status, ...refusal });
    } catch (error) {
      if (isLast || !isBroken(error)) throw error;
    }
    await sleep(firstWaitMs * 2 ** attempt);
  }
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
    cause: error,
  });
}

function detailsOf(error: unknown): {
  message: string;
  hint?: string | undefined;
  terminal?: boolean | undefined;
  retryAfterMs?: number | undefined;
} {
  if (error instanceof Refused) return { message: error.message, hint: error.hint };
  if (error instanceof PluginError || error instanceof HostError) return error;
  return { message: error instanceof Error ? error.message : String(error) };
}
