/** Pauses between attempts: exponential from `firstMs` up to `maxMs`, spread by a tenth. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** @param failures how often it failed in a row, from 1 */
export function pauseAfter(failures: number, { firstMs, maxMs }: Backoff): number {
  const pause = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return pause * (0.9 + Math.random() * 0.2);
}
