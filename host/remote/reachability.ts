import { isKube } from '../kube/errors.ts';
import { jitter } from '../kube/retry.ts';
import type { KubeClient } from '../kube/types.ts';
import { noAnswer } from './errors.ts';

export interface ReachabilityOptions {
  /** Answers from now on fail with `error`. Told once, until {@link ReachabilityOptions.onUp}. */
  onDown(error: unknown): void;
  /** It answers, for the first time or again. */
  onUp(): void;
  /** Whether anybody wants to know when it is back. */
  wanted(): boolean;
}

/** Whether an API server answers, asked once for all who want to know. */
export interface Reachability {
  /** Resolves when it answers. @throws what is wrong: no answer, no trust, wrong credentials */
  check(): Promise<void>;
  /** A request failed: worth a look. */
  suspect(): void;
  close(): void;
}

/** So long an answer counts, be it a good or a bad one. */
const freshMs = 5_000;
/** And so long a good one after which something failed. */
const doubtedMs = 1_000;
const patienceMs = 15_000;
/** A server that is away is looked for ever more seldom. */
const retryMs = { first: 5_000, most: 5 * 60_000 };

export function createReachability(client: KubeClient, options: ReachabilityOptions): Reachability {
  let last: { readonly result: Promise<void>; doneAt: number } | undefined;
  let state: 'new' | 'up' | 'down' = 'new';
  let retry: NodeJS.Timeout | undefined;
  let delayMs = retryMs.first;
  const closed = new AbortController();

  async function ask(): Promise<void> {
    const limit = AbortSignal.timeout(patienceMs);
    try {
      await client.request('GET', '/version', { signal: AbortSignal.any([limit, closed.signal]) });
    } catch (error) {
      if (limit.aborted) throw noAnswer(patienceMs / 1000);
      // An answer nevertheless: whoever is not let in here may be elsewhere.
      if (!isKube(error, 'forbidden') && !isKube(error, 'notFound')) throw error;
    }
  }

  function check(maxAgeMs: number): Promise<void> {
    if (last && performance.now() - last.doneAt < maxAgeMs) return last.result;
    const result = ask();
    const asked = { result, doneAt: Number.POSITIVE_INFINITY };
    last = asked;
    result.then(up, down).finally(() => {
      asked.doneAt = performance.now();
    });
    return result;
  }

  function up(): void {
    clearTimeout(retry);
    retry = undefined;
    delayMs = retryMs.first;
    if (state === 'up' || closed.signal.aborted) return;
    state = 'up';
    options.onUp();
  }

  function down(error: unknown): void {
    if (closed.signal.aborted) return;
    if (state !== 'down') {
      state = 'down';
      options.onDown(error);
    }
    retry ??= setTimeout(again, jitter(delayMs)).unref();
  }

  function again(): void {
    retry = undefined;
    if (!options.wanted()) return;
    delayMs = Math.min(delayMs * 2, retryMs.most);
    // Its failure is handled by `down`.
    check(freshMs).catch(() => {});
  }

  return {
    check: () => check(freshMs),
    suspect() {
      if (state === 'up') check(doubtedMs).catch(() => {});
    },
    close() {
      clearTimeout(retry);
      closed.abort();
    },
  };
}
