import { FluxError } from '../../errors/flux-error.ts';

const mostBytesHint = 'raise --helm-index-max-size, or have old versions removed from the repository';

/** The index did not come. Never terminal: what is wrong may be mended on the server. */
export function fetchFailed(error: unknown, mostBytes: number): unknown {
  if (!(error instanceof FluxError)) return error;
  const isTooLarge = error.reason === 'TooLarge';
  const why = isTooLarge ? `index exceeds the maximum index file size of ${mostBytes} bytes` : error.message;
  return wrapped(error, `failed to fetch Helm repository index: ${why}`, {
    reason: 'Failed',
    hint: isTooLarge ? mostBytesHint : error.hint,
  });
}

/** What came is no index. */
export function indexFailed(error: unknown): unknown {
  if (!(error instanceof FluxError)) return error;
  return wrapped(error, `failed to load Helm repository from index YAML: ${error.message}`, {
    reason: 'IndexationFailed',
    hint: error.hint,
  });
}

function wrapped(
  error: FluxError,
  message: string,
  { reason, hint }: { reason: string; hint: string | undefined },
): FluxError {
  return new FluxError(error.code, message, {
    reason,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  });
}
