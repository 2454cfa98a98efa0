import { FluxError } from '../../errors/flux-error.ts';

/** Runs what only a change of the object can mend when it fails; a terminal error gets the words that Flux puts before it. */
export function configured<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FluxError && error.terminal)) throw error;
    const { code, message, reason, hint } = error;
    throw new FluxError(code, `Reconciliation failed terminally due to configuration error: ${message}`, {
      terminal: true,
      ...(reason ? { reason } : {}),
      ...(hint ? { hint } : {}),
      cause: error,
    });
  }
}
