import { type Backoff, pauseAfter } from './backoff.ts';
import { createLaneQueue, type LaneQueue, type Waiting } from './lanes.ts';

/** What waits for one provider, and whether it takes anything at present. */
export interface ProviderQueue {
  readonly lanes: LaneQueue;
  /** Deliveries under way. */
  readonly inFlight: number;
  /** It failed at the last attempt: one delivery at a time tries whether it is back. */
  readonly failing: boolean;
  /** A time of `performance.now()` at which there may be something to do; undefined: not by itself. */
  readonly nextAt: number | undefined;
  take(): Waiting | undefined;
  succeeded(item: Waiting): void;
  /** It cannot be delivered, whatever is done; that says nothing of the provider. */
  gaveUp(item: Waiting): void;
  /** @param afterMs what the service asked for, in place of the backoff */
  failed(item: Waiting, afterMs?: number): void;
  /** Something changed: the next attempt is made at once. */
  hurry(): void;
}

export interface ProviderQueueOptions {
  readonly backoff: Backoff;
  /** Deliveries at once while all is well. */
  readonly concurrency: number;
}

export function createProviderQueue({ backoff, concurrency }: ProviderQueueOptions): ProviderQueue {
  const lanes = createLaneQueue();
  let inFlight = 0;
  let failures = 0;
  let pausedUntil = 0;
  return {
    lanes,
    get inFlight() {
      return inFlight;
    },
    get failing() {
      return failures > 0;
    },
    get nextAt() {
      if (lanes.size === 0) return undefined;
      return Math.max(pausedUntil, lanes.nextAt ?? 0);
    },
    take() {
      const most = failures > 0 ? 1 : concurrency;
      if (inFlight >= most || performance.now() < pausedUntil) return undefined;
      const item = lanes.take();
      if (item) inFlight += 1;
      return item;
    },
    succeeded(item) {
      inFlight -= 1;
      failures = 0;
      pausedUntil = 0;
      lanes.done(item);
    },
    gaveUp(item) {
      inFlight -= 1;
      lanes.done(item);
    },
    failed(item, afterMs) {
      inFlight -= 1;
      item.attempts += 1;
      failures += 1;
      const now = performance.now();
      pausedUntil = now + (afterMs ?? pauseAfter(failures, backoff));
      lanes.retry(item, now + (afterMs ?? pauseAfter(item.attempts, backoff)));
    },
    hurry() {
      pausedUntil = 0;
      lanes.hurry();
    },
  };
}
