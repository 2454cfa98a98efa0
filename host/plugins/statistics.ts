import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';

/** A call that failed. */
export interface CallFailure {
  readonly at: Date;
  readonly code?: string;
  readonly message: string;
}

/** Calls of one plugin since the host started. */
export class Statistics {
  #calls = 0;
  #failures = 0;
  #last: CallFailure | undefined;

  get calls(): number {
    return this.#calls;
  }

  get failures(): number {
    return this.#failures;
  }

  get lastFailure(): CallFailure | undefined {
    return this.#last;
  }

  succeeded(): void {
    this.#calls += 1;
  }

  failed(error: unknown): void {
    this.#calls += 1;
    this.#failures += 1;
    const code = error instanceof FluxError ? { code: error.code } : {};
    this.#last = { at: new Date(), message: errorText(error), ...code };
  }
}
