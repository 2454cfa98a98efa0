import type { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { commandError } from '../../command/errors.ts';

/** The webhook of a Receiver, or who gives out tokens for it, did not do what was asked. */
export function triggerFailed(message: string, hint?: string): FluxError {
  return commandError('FLUX_E_CLI_TRIGGER', message, hint);
}
