import { type ErrorCode, FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';

/** An error on its way between threads, which would lose its class and fields. */
export interface ThreadFailure {
  readonly message: string;
  /** Code of the operating system, e.g. ENOSPC. */
  readonly systemCode?: string | undefined;
  readonly flux?:
    | {
        readonly code: ErrorCode;
        readonly hint?: string | undefined;
        readonly reason?: string | undefined;
        readonly terminal: boolean;
      }
    | undefined;
}

/** An error as plain data. */
export function toFailure(error: unknown): ThreadFailure {
  const systemCode =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (!(error instanceof FluxError)) return { message: errorText(error), systemCode };
  const { code, hint, reason, terminal, message, cause } = error;
  const below = cause === undefined ? undefined : toFailure(cause).systemCode;
  return { message, systemCode: below, flux: { code, hint, reason, terminal } };
}

/** The error that the data stands for; a FluxError's system code is on its `cause`. */
export function fromFailure({ message, systemCode, flux }: ThreadFailure): Error {
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
