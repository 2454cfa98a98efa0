import { FluxError } from '../../errors/flux-error.ts';

const checkoutFailed = 'failed to checkout and determine revision';

/** A failed call of the plugin in Flux's words, never terminal: what is wrong may be mended on the server. */
export function checkoutFailure(error: FluxError): FluxError {
  // The plugin words its own failures like this already; those of the sandbox come without.
  const message = error.message.startsWith(checkoutFailed)
    ? error.message
    : `${checkoutFailed}: ${error.message}`;
  const hint = hintFor(error);
  return new FluxError(error.code, message, {
    reason: error.reason === 'EmptyGitRepository' ? error.reason : 'GitOperationFailed',
    terminal: false,
    cause: error,
    ...(hint ? { hint } : {}),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  });
}

function hintFor({ code, message, hint }: FluxError): string | undefined {
  if (code === 'FLUX_E_PLUGIN_MEMORY') return memoryHint;
  return /no space left on device/i.test(message) ? spaceHint : hint;
}

const spaceHint = 'free space on the storage volume, or enlarge it (see --storage-path)';
const memoryHint =
  'the repository does not fit: name the folders that matter in spec.sparseCheckout, take large files out of it, or raise the memory of the git plugin';
