/** Lets each key through once an interval. */
export interface RateLimit {
  /** @returns 0 when it may pass, else the milliseconds until it may */
  take(key: string): number;
  readonly size: number;
}

interface Bucket {
  readonly start: number;
  /** The last interval since `start` in which it was let through. */
  tick: number;
}

export interface RateLimitOptions {
  /** 0 lets everything through. */
  readonly intervalMs: number;
  /** Keys that are remembered; the oldest are forgotten first. Default 100,000. */
  readonly maxKeys?: number;
  readonly now?: () => number;
}

/**
 * A bucket of one token for each key, refilled at every interval since the key was first seen, as in Flux. A key that
 * was not seen for two intervals is forgotten.
 */
export function createRateLimit({
  intervalMs,
  maxKeys = 100_000,
  now = Date.now,
}: RateLimitOptions): RateLimit {
  /** In the order of the last time that they passed. */
  const buckets = new Map<string, Bucket>();
  const sweep = (at: number): void => {
    for (const [key, { start, tick }] of buckets) {
      if (buckets.size <= maxKeys && at - (start + tick * intervalMs) < 2 * intervalMs) return;
      buckets.delete(key);
    }
  };
  return {
    get size() {
      return buckets.size;
    },
    take(key) {
      if (intervalMs <= 0) return 0;
      const at = now();
      const bucket = buckets.get(key) ?? { start: at, tick: -1 };
      const tick = Math.floor((at - bucket.start) / intervalMs);
      if (tick <= bucket.tick) return bucket.start + (bucket.tick + 1) * intervalMs - at;
      bucket.tick = tick;
      buckets.delete(key);
      buckets.set(key, bucket);
      sweep(at);
      return 0;
    },
  };
}
