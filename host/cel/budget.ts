import { LimitReached } from './failure.ts';

/** Steps of one evaluation: an operation is one, an operation on text or lists one more for each few bytes or items. */
const maxSteps = 1_000_000;

/** Longest time of one evaluation, ms: only a machine that is far too busy needs it for a million steps. */
const maxMs = 2_000;

const clockEvery = 8_192;

/** Characters or bytes that are handled in one step. */
const bytesPerStep = 16;

/** What one evaluation may still do. Every loop and every allocation of an evaluation is charged before it is made. */
export class Budget {
  #left = maxSteps;
  #untilClock = clockEvery;
  readonly #deadline = performance.now() + maxMs;

  /** @throws LimitReached when more was asked for than is left */
  charge(steps: number): void {
    this.#left -= steps;
    this.#untilClock -= steps;
    if (this.#left < 0) throw new LimitReached(`it needs more than ${maxSteps} steps`);
    if (this.#untilClock > 0) return;
    this.#untilClock = clockEvery;
    if (performance.now() > this.#deadline) throw new LimitReached(`it takes longer than ${maxMs / 1000} s`);
  }

  /** Charges work on text or bytes of that length. */
  chargeBytes(length: number): void {
    this.charge(Math.ceil(length / bytesPerStep));
  }
}
