import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';

/** The spec makes no sense; only a change of it can help. */
export const invalidSpec = (message: string, reason = 'ValidationFailed') =>
  new FluxError('FLUX_E_GENERATOR_SPEC', message, { reason, terminal: true });

/** A source cannot be used yet: it is tried again, and at once when the source changes. */
export const sourceMissing = (message: string, retryAfterMs: number) =>
  new FluxError('FLUX_E_GENERATOR_SOURCE', `get sources failed: ${message}`, {
    reason: 'SourceFetchFailed',
    retryAfterMs,
    hint: 'create the source, or see why it has no artifact',
  });

export const sourceUnfetched = (error: unknown, retryAfterMs: number) =>
  new FluxError('FLUX_E_GENERATOR_SOURCE', `fetch sources failed: ${errorText(error)}`, {
    reason: 'SourceFetchFailed',
    retryAfterMs,
    cause: error,
  });

/** A copy operation, or the path pattern, does not work out with the files that there are. */
export class CopyFault extends Error {
  override readonly name = 'CopyFault';
}

export const buildFailed = (name: string, error: unknown) =>
  new FluxError('FLUX_E_GENERATOR_BUILD', `${name} build failed: ${errorText(error)}`, {
    reason: 'BuildFailed',
    cause: error,
    hint: 'compare the paths of the copy operations with what is in the sources',
  });

export const patternFailed = (message: string) =>
  new FluxError('FLUX_E_GENERATOR_PATTERN', `failed to expand path pattern: ${message}`, {
    reason: 'BuildFailed',
    terminal: true,
  });

export function publishFailed(name: string, error: unknown): unknown {
  if (!(error instanceof FluxError)) return error;
  return new FluxError(error.code, `${name} reconcile failed: ${error.message}`, {
    reason: 'ReconciliationFailed',
    cause: error,
    ...(error.hint ? { hint: error.hint } : {}),
  });
}
