/**
 * So many may work at once. Who has waited for something outside and goes on comes before who begins: what is begun is finished
 * first, and neither the API server nor the memory sees more attempts at work than asked for.
 */
export class Slots {
  readonly #size: number;
  #taken = 0;
  readonly #resuming: (() => void)[] = [];
  #beginning: (() => void) | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  /** Resolves when somebody may begin; only one may wait for that. */
  async free(): Promise<void> {
    while (this.#taken >= this.#size) {
      await new Promise<void>((resolve) => {
        this.#beginning = resolve;
      });
    }
  }

  /** Begins, whether a slot is free or not. */
  take(): void {
    this.#taken += 1;
  }

  release(): void {
    this.#taken -= 1;
    if (this.#taken >= this.#size) return;
    const resume = this.#resuming.shift();
    if (resume) {
      this.#taken += 1;
      resume();
      return;
    }
    this.#beginning?.();
    this.#beginning = undefined;
  }

  /**
   * Does something that takes no slot, and then goes on with one.
   * @param keepMs a slot is kept so long: for what is done soon as a rule, so that not everybody begins before anybody is done
   */
  async without<R>(work: () => Promise<R>, keepMs = 0): Promise<R> {
    let given = false;
    const give = () => {
      given = true;
      this.release();
    };
    const timer = keepMs > 0 ? setTimeout(give, keepMs) : undefined;
    if (!timer) give();
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      if (given) await this.#resume();
    }
  }

  async #resume(): Promise<void> {
    if (this.#taken < this.#size) {
      this.#taken += 1;
      return;
    }
    await new Promise<void>((resolve) => {
      this.#resuming.push(resolve);
    });
  }
}
