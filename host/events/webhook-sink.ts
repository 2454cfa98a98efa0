import { FluxError } from '../errors/flux-error.ts';
import { eventRejected, eventUnreachable } from './errors.ts';
import { type Reporter, toFluxEvent } from './flux-event.ts';
import { retry } from './retry.ts';
import type { RecordedEvent } from './types.ts';

export interface WebhookSinkOptions extends Reporter {
  /** `--events-addr`. */
  readonly address: string;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  readonly retryDelayMs: number;
}

/** Flux: four retries. */
const TRIES = 5;

/**
 * Posts events in Flux's format (`event.toolkit.fluxcd.io/v1beta1`) to notification-controller or whoever listens.
 * @returns posts one event; rejects with a FluxError when it is given up
 */
export function createWebhookSink(options: WebhookSinkOptions): (event: RecordedEvent) => Promise<void> {
  const { address, fetch, timeoutMs, retryDelayMs } = options;
  const post = async (body: string): Promise<void> => {
    const response = await send(() =>
      fetch(address, {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/json' },
        signal: AbortSignal.timeout(timeoutMs),
      }),
    );
    await response.body?.cancel();
    // 429 says that the receiver has this event already: that is a success.
    if (response.ok || response.status === 429) return;
    throw eventRejected(address, response.status);
  };
  const send = async (request: () => Promise<Response>): Promise<Response> => {
    try {
      return await request();
    } catch (error) {
      throw eventUnreachable(address, error);
    }
  };
  return async (event) => {
    const body = JSON.stringify(toFluxEvent(event, options));
    await retry({ tries: TRIES, delayMs: retryDelayMs, isPassing }, () => post(body));
  };
}

/** 501 is an answer that stays. */
function isPassing(error: unknown): boolean {
  return error instanceof FluxError && !error.terminal;
}
