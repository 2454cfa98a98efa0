/** How many requests are taken at once, and how quickly one after the other. */
export interface Limits {
  /** Worked on at the same time; each may hold a body in memory. */
  readonly atOnce: number;
  /** Waiting for their turn. */
  readonly waiting: number;
  /** Requests a second in the long run, and at once after a pause. */
  readonly rate?: { readonly perSecond: number; readonly burst: number };
}

/** A first-come, first-served place for requests. */
export class Limiter {
  readonly #limits: Limits;
  readonly #queue: (() => void)[] = [];
  #running = 0;
  #tokens: number;
  #counted: number;

  constructor(limits: Limits, now = performance.now()) {
    this.#limits = limits;
    this.#tokens = limits.rate?.burst ?? 0;
    this.#counted = now;
  }

  /** Nobody is in here, and nobody was for long enough that forgetting it changes nothing. */
  idle(now = performance.now()): boolean {
    this.#refill(now);
    return this.#running === 0 && this.#tokens === (this.#limits.rate?.burst ?? 0);
  }

  /** Runs the work in its turn; undefined when there are too many already. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (!this.#admit(performance.now())) return undefined;
    if (this.#running >= this.#limits.atOnce) {
      if (this.#queue.length >= this.#limits.waiting) return undefined;
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    } else this.#running += 1;
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      // Who waits takes the place over.
      if (next) next();
      else this.#running -= 1;
    }
  }

  #admit(now: number): boolean {
    if (!this.#limits.rate) return true;
    this.#refill(now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  #refill(now: number): void {
    const { rate } = this.#limits;
    if (!rate) return;
    const gained = ((now - this.#counted) / 1000) * rate.perSecond;
    this.#tokens = Math.min(rate.burst, this.#tokens + gained);
    this.#counted = now;
  }
}
