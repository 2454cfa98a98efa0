import { KubeError } from '../kube/errors.ts';
import { pause } from '../kube/retry.ts';

export interface RetryOptions {
  readonly signal: AbortSignal;
  /** Give up this long after the first failure, ms. */
  readonly forMs: number;
}

const firstDelayMs = 100;
const maxDelayMs = 2_000;

/**
 * Repeats a request while the API server cannot be reached, is starting or is throttling: an API server that restarts
 * shall delay a reconciliation, not fail it. Only for requests that may be repeated, as server-side apply, get and
 * delete may.
 */
export async function retrying<T>(request: () => Promise<T>, options: RetryOptions): Promise<T> {
  let failedAt: number | undefined;
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, maxDelayMs)) {
    try {
      return await request();
    } catch (error) {
      options.signal.throwIfAborted();
      if (!isTransient(error)) throw error;
      failedAt ??= Date.now();
      const waitMs = error.retryAfterMs ?? delayMs;
      if (Date.now() + waitMs - failedAt > options.forMs) throw error;
      await pause(waitMs, options.signal);
    }
  }
}

// As the admission chain words failures that pass once caches are filled or a webhook's pod is up again.
const starting =
  /(etcdserver: |not yet ready|caches? not synchronized|storage is \(re\)initializing|apiserver is shutting down)/;

function isTransient(error: unknown): error is KubeError {
  if (!(error instanceof KubeError)) return false;
  if (error.unreachable || error.tooManyRequests) return true;
  if ([502, 503, 504].includes(error.status)) return true;
  return (error.status === 500 || error.status === 403) && starting.test(error.statusMessage);
}
