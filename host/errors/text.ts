import { FluxError } from './flux-error.ts';

/** Human text of anything that was thrown; never `[object Object]`. */
export function errorText(error: unknown): string {
  if (error instanceof FluxError) return error.text;
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}

/** Whether the error is an abort by an `AbortSignal`, which is never reported as a failure. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
