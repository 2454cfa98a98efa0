import type { Health } from './breaker.ts';

/**
 * The first calls of a new module. Breaks it down so many times in a row before anything went well, it is not to be trusted.
 * Namespaces in which the old module broke down, too, have no say.
 */
export class Trial {
  readonly #limit: number;
  readonly #biased: ReadonlySet<string>;
  #failures = 0;
  #passed = false;

  /** @param biased namespaces whose last call of the old module broke down */
  constructor(biased: readonly string[], limit = 3) {
    this.#biased = new Set(biased);
    this.#limit = limit;
  }

  get passed(): boolean {
    return this.#passed;
  }

  /** @returns whether the module has just failed its trial */
  count(namespace: string, health: Health): boolean {
    if (this.#passed || health === 'unknown') return false;
    if (health === 'well') {
      this.#passed = true;
      return false;
    }
    if (this.#biased.has(namespace)) return false;
    this.#failures += 1;
    return this.#failures === this.#limit;
  }
}
