import type { PluginFailure } from '../../contract/failure.ts';

/** What a {@link PluginError} tells beside its message. */
export interface PluginErrorOptions extends Omit<PluginFailure, 'message'> {
  readonly cause?: unknown;
}

/** A failure that the person who reads the object's condition can do something about. */
export class PluginError extends Error {
  override readonly name = 'PluginError';
  /** CamelCase reason of the condition, e.g. `AuthenticationFailed`. */
  readonly reason: string | undefined;
  /** What to do about it. */
  readonly hint: string | undefined;
  /** Trying again cannot help until the object changes. */
  readonly terminal: boolean | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { reason, hint, terminal, retryAfterMs, cause }: PluginErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.hint = hint;
    this.terminal = terminal;
    this.retryAfterMs = retryAfterMs;
  }
}
