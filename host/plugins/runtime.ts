import { type Breaker, createBreaker, type Health } from './breaker.ts';
import type { PluginFile } from './directories.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import { Statistics } from './statistics.ts';
import { Trial } from './trial.ts';

/** What is known of one plugin while it runs. */
export class Runtime {
  readonly statistics = new Statistics();
  readonly breaker: Breaker;
  readonly limiter: Limiter;
  /** The module before the present one, as long as that has not proved itself. */
  #previous: PluginFile | undefined;
  #trial: Trial | undefined;
  /** Counts modules: calls of one before say nothing about the present one. */
  #digest: string | undefined;

  constructor(
    name: string,
    options: { readonly threshold?: number; readonly firstMs?: number; readonly onCircuit: () => void },
  ) {
    const { onCircuit, ...breaker } = options;
    this.breaker = createBreaker({ plugin: name, ...breaker, onChange: onCircuit });
    this.limiter = createLimiter(name);
  }

  get previous(): PluginFile | undefined {
    return this.#previous;
  }

  get proven(): boolean {
    return this.#trial?.passed ?? true;
  }

  /** Another module is called from now on; with one before it, it is on trial. */
  replaced(digest: string, previous?: PluginFile): void {
    this.#trial = previous ? new Trial(this.breaker.failing()) : undefined;
    this.#previous = previous;
    this.#digest = digest;
    this.breaker.reset();
  }

  /** Notes how a call ended. */
  count(call: { namespace: string; digest: string; health: Health; error?: unknown }): {
    failedTrial: boolean;
  } {
    const { namespace, digest, health, error } = call;
    if (error === undefined) this.statistics.succeeded();
    else this.statistics.failed(error);
    if (!this.#trial || (this.#digest !== undefined && this.#digest !== digest))
      return { failedTrial: false };
    const failedTrial = this.#trial.count(namespace, health);
    if (this.#trial.passed) this.#previous = undefined;
    return { failedTrial };
  }
}
