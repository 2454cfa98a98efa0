import type { ObjectRef } from '../kube/types.ts';

/** Stable identifier of a failure; every code has a section in docs/errors.md. */
export type ErrorCode = `FLUX_E_${string}`;

/** What a {@link FluxError} carries besides its message. */
export interface FluxErrorOptions {
  /** What the user can do about it, one sentence without a full stop. */
  readonly hint?: string;
  /** The object that the failure is about. */
  readonly object?: ObjectRef;
  /** Reason for the Ready condition and the event, as Flux names it, e.g. `BuildFailed`. */
  readonly reason?: string;
  /** Retrying cannot help until the spec changes (Flux: Stalled). */
  readonly terminal?: boolean;
  /** Retry after this many milliseconds instead of with backoff. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/**
 * The one error class for everything a user can run into. The same object is thrown, logged, put into a
 * condition and sent as an event. Programmer errors stay plain `Error`s.
 */
export class FluxError extends Error {
  override readonly name = 'FluxError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly object: ObjectRef | undefined;
  readonly reason: string | undefined;
  readonly terminal: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: FluxErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.object = options.object;
    this.reason = options.reason;
    this.terminal = options.terminal ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** The sentence for conditions, events and terminals: what happened and the way out. */
  get text(): string {
    return this.hint ? `${this.message} (hint: ${this.hint})` : this.message;
  }
}
