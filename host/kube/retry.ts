import { setTimeout as sleep } from 'node:timers/promises';
import { KubeError } from './errors.ts';

/** A failed attempt and what may be done about it. */
export interface Attempt {
  readonly error: KubeError;
  /** Attempts made so far, this one included. */
  readonly number: number;
  /** Repeating the request has the same effect as doing it once. */
  readonly idempotent: boolean;
}

/** As many attempts as client-go makes. */
const maxThrottled = 10;
/** 100, 200, 400, 800 ms: a restarting API server or a failed-over load balancer, not an outage. */
const maxUnreachable = 5;
const maxRetryAfterMs = 30_000;

/**
 * How long to wait before the next attempt, in ms; `undefined` when the failure is final. Throttling (429) and an
 * overloaded server (5xx with Retry-After) have not executed the request: any may be repeated. A lost connection may have
 * lost only the answer: then idempotent requests are repeated, others only if they were never sent.
 */
export function retryDelay({ error, number, idempotent }: Attempt): number | undefined {
  if (error.code === 'FLUX_E_KUBE_TLS') return undefined;
  if (error.unreachable) {
    if (number >= maxUnreachable || (error.sent && !idempotent)) return undefined;
    return jitter(100 * 2 ** (number - 1));
  }
  const overloaded = error.tooManyRequests || error.status >= 500;
  if (!overloaded || error.retryAfterMs === undefined || number >= maxThrottled) return undefined;
  return jitter(Math.min(error.retryAfterMs, maxRetryAfterMs));
}

/** Up to half as long again, so that callers do not return in step. */
export function jitter(ms: number): number {
  return ms * (1 + Math.random() / 2);
}

/** Runs `attempt` until it succeeds or its failure is final. */
export async function withRetries<T>(
  attempt: (number: number) => Promise<T>,
  options: { idempotent: boolean; signal?: AbortSignal | undefined },
): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt(number);
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      const delay = retryDelay({ error, number, idempotent: options.idempotent });
      if (delay === undefined) throw error;
      await pause(delay, options.signal);
    }
  }
}

/** Waits; an abort ends the wait with the signal's own reason. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
