import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';
import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';
import { downloadFailed, hasCode, notFound } from './errors.ts';

export interface DownloadOptions {
  readonly url: string;
  /** Where the bytes go; created with mode 0600, deleted on failure. */
  readonly file: string;
  /** Further attempts after a failure that may pass: no connection, 5xx, 429. */
  readonly retries: number;
  /** Wait before the first retry; doubles up to `maxDelayMs`, with jitter. */
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  readonly maxBytes: number;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
}

/**
 * Downloads an artifact of another controller.
 * @throws FluxError FLUX_E_ARTIFACT_NOT_FOUND (404, at once) or FLUX_E_ARTIFACT_DOWNLOAD; the file system's error when it cannot be written
 */
export async function download(options: DownloadOptions): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await attemptDownload(options);
      return;
    } catch (error) {
      await rm(options.file, { force: true });
      if (options.signal.aborted) throw options.signal.reason;
      if (!isPassing(error) || attempt >= options.retries) throw error;
      const backoff = Math.min(options.minDelayMs * 2 ** attempt, options.maxDelayMs);
      const asked = error instanceof FluxError ? (error.retryAfterMs ?? 0) : 0;
      const delay = Math.min(Math.max(backoff, asked), options.maxDelayMs);
      await sleep(delay * (0.75 + Math.random() / 2), undefined, { signal: options.signal });
    }
  }
}

class PassingFailure extends FluxError {}

const isPassing = (error: unknown): boolean => error instanceof PassingFailure;

async function attemptDownload({ url, file, maxBytes, fetch, signal }: DownloadOptions): Promise<void> {
  const response = await connect(url, fetch, signal);
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw statusFailure(url, response);
  }
  const body: ReadableStream = response.body;
  let bytes = 0;
  const limited = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > maxBytes)
        throw downloadFailed(url, `artifact is greater than the max download size of ${maxBytes} bytes`);
      yield chunk;
    }
  };
  try {
    await pipeline(Readable.fromWeb(body), limited, createWriteStream(file, { flags: 'wx', mode: 0o600 }), {
      signal,
    });
  } catch (error) {
    if (error instanceof FluxError || isFileError(error)) throw error;
    throw passing(url, errorText(error), error);
  }
}

async function connect(url: string, fetch: typeof globalThis.fetch, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { signal });
  } catch (error) {
    throw passing(url, connectionText(error), error);
  }
}

/** `fetch failed` says nothing; what happened is in the cause, and for a name with several addresses in the causes of that. */
function connectionText(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(connectionText).join(', ');
  if (error instanceof Error && error.cause !== undefined) return connectionText(error.cause);
  return errorText(error);
}

function statusFailure(url: string, { status, statusText, headers }: Response): FluxError {
  if (status === 404) return notFound(url);
  const what = `status: ${status} ${statusText}`.trim();
  if (status < 500 && status !== 429) return downloadFailed(url, what);
  const seconds = Number(headers.get('retry-after'));
  return passing(url, what, undefined, seconds > 0 ? seconds * 1000 : undefined);
}

function passing(url: string, what: string, cause?: unknown, retryAfterMs?: number): FluxError {
  const { code, message, hint = '', reason = '' } = downloadFailed(url, what);
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new PassingFailure(code, message, { hint, reason, cause, ...wait });
}

const isFileError = (error: unknown): boolean =>
  hasCode(error, 'ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EIO', 'EFBIG', 'EMFILE');
