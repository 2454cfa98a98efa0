import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpClient, type HttpResponse } from '../../http/client.ts';
import type { Io } from '../../io.ts';

export interface DownloadOptions {
  readonly env: Io['env'];
  /** For everything together, ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const retries = 3;
const firstDelayMs = 500;

/**
 * Gets an address, trying again what may pass (broken connections, 429, 5xx), and hands the response over.
 * @throws Error of the network when all attempts fail, and what `use` throws
 */
export async function download<T>(
  url: string,
  { env, timeoutMs, signal }: DownloadOptions,
  use: (response: HttpResponse) => Promise<T>,
): Promise<T> {
  const http = createHttpClient(env);
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    for (let attempt = 0; ; attempt += 1) {
      const last = attempt >= retries;
      try {
        const response = await http.send(url, { signal: limited });
        if (last || !mayPass(response.status)) return await use(response);
      } catch (error) {
        signal.throwIfAborted();
        if (last || limited.aborted || !isNetwork(error)) throw error;
      }
      await sleep(firstDelayMs * 2 ** attempt, undefined, { signal: limited });
    }
  } finally {
    await http.close();
  }
}

function mayPass(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501);
}

/** Errors of sockets and of undici have codes; so does no error of ours that is thrown in `use` but FluxError. */
function isNetwork(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false;
  return /^(E[A-Z]+|UND_ERR_[A-Z_]+)$/.test(error.code);
}
