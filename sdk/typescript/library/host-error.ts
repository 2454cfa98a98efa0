import type { HostFailure } from '../../contract/host-functions.ts';

/** The host could not or may not do what the plugin asked for: a refused connection, a host that was not granted, a timeout. */
export class HostError extends Error {
  override readonly name = 'HostError';
  /** `FLUX_E_…` */
  readonly code: string;
  readonly hint: string | undefined;
  readonly timeout: boolean;
  readonly terminal: boolean | undefined;
  readonly retryAfterMs: number | undefined;

  constructor({ code, message, hint, timeout, terminal, retryAfterMs }: HostFailure) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.timeout = timeout ?? false;
    this.terminal = terminal;
    this.retryAfterMs = retryAfterMs;
  }
}
