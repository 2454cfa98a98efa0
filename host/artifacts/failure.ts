import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';
import type { JobFailure } from './jobs.ts';

/** An error as plain data. */
export function toFailure(error: unknown): JobFailure {
  const systemCode =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (!(error instanceof FluxError)) return { message: errorText(error), systemCode };
  const { code, hint, reason, terminal, message, cause } = error;
  const below = cause === undefined ? undefined : toFailure(cause).systemCode;
  return { message, systemCode: below, flux: { code, hint, reason, terminal } };
}

/** The error that the data stands for; a FluxError's system code is on its `cause`. */
export function fromFailure({ message, systemCode, flux }: JobFailure): Error {
  const system =
    systemCode === undefined ? undefined : Object.assign(new Error(message), { code: systemCode });
  if (!flux) return system ?? new Error(message);
  const { code, hint, reason, terminal } = flux;
  return new FluxError(code, message, {
    terminal,
    ...(hint === undefined ? {} : { hint }),
    ...(reason === undefined ? {} : { reason }),
    ...(system === undefined ? {} : { cause: system }),
  });
}
