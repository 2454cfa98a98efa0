import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  readonly tries: number;
  /** Pause before the second try; doubles. */
  readonly delayMs: number;
  /** Whether another try can help. */
  isPassing(error: unknown): boolean;
}

/** Runs the work until it succeeds, fails for good, or the tries are used up; then throws its last error. */
export async function retry<T>(
  { tries, delayMs, isPassing }: RetryOptions,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= tries || !isPassing(error)) throw error;
      await sleep(delayMs * 2 ** (attempt - 1));
    }
  }
}
