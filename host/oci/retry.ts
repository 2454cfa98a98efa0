import { setTimeout as sleep } from 'node:timers/promises';
import { FluxError } from '../errors/flux-error.ts';
import { PassingOciError } from './errors.ts';

export interface RetryOptions {
  /** Further attempts. */
  readonly retries: number;
  /** Before the first of them; triples, with jitter. */
  readonly delayMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Longer waits that a registry asks for are left to the caller, who has other things to do. */
const longestWaitMs = 20_000;

/** The wait before a further attempt, ms; undefined when there shall be none. */
export function waitBefore(
  error: unknown,
  attempt: number,
  { retries, delayMs }: RetryOptions,
): number | undefined {
  if (!(error instanceof PassingOciError) || attempt >= retries) return undefined;
  const asked = error.retryAfterMs ?? 0;
  if (asked > longestWaitMs) return undefined;
  return Math.max(asked, delayMs * 3 ** attempt * (0.75 + Math.random() / 2));
}

/** Does something again as long as its failures may pass. @throws the last failure as a plain FluxError */
export async function retrying<Result>(options: RetryOptions, work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const wait = waitBefore(error, attempt, options);
      if (wait === undefined) throw error;
      await pause(wait, options.signal);
    }
  }
}

/** @throws the signal's reason */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(milliseconds, undefined, signal ? { signal } : {}).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}

/** Milliseconds of a `Retry-After` header: seconds or a date. */
export function retryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const until = Date.parse(value);
  return Number.isNaN(until) ? undefined : Math.max(0, until - Date.now());
}

/** Whether an error is one of the OCI client with that code. */
export const hasOciCode = (error: unknown, code: FluxError['code']): boolean =>
  error instanceof FluxError && error.code === code;
