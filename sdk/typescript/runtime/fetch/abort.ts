import { native } from '../native.ts';
import { clearTimeout, setTimeout } from '../timers.ts';

const timedOut = () => new DOMException('The operation was aborted due to timeout', 'TimeoutError');

/** Tells that something is no longer wanted. */
export class AbortSignal {
  #aborted = false;
  #reason: unknown;
  #listeners = new Set<() => void>();
  /** Of the monotonic clock, ms: requests take their time limit from it. */
  readonly deadline: number | null;

  constructor(deadline: number | null = null) {
    this.deadline = deadline;
  }

  static abort(reason?: unknown): AbortSignal {
    const controller = new AbortController();
    controller.abort(reason);
    return controller.signal;
  }

  static timeout(milliseconds: number): AbortSignal {
    const signal = new AbortSignal(native.monotonic() + milliseconds);
    const timer = setTimeout(() => signal.trigger(timedOut()), milliseconds);
    signal.addEventListener('abort', () => clearTimeout(timer));
    return signal;
  }

  get aborted(): boolean {
    // Nothing runs while the plugin computes or waits for the host, timers neither.
    if (!this.#aborted && this.deadline !== null && native.monotonic() >= this.deadline)
      this.trigger(timedOut());
    return this.#aborted;
  }

  get reason(): unknown {
    return this.aborted ? this.#reason : undefined;
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.#reason;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** For AbortController. */
  trigger(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    for (const listener of this.#listeners) listener();
  }
}

export class AbortController {
  readonly signal = new AbortSignal();

  abort(reason: unknown = new DOMException('This operation was aborted', 'AbortError')): void {
    this.signal.trigger(reason);
  }
}
