import { Limiter, type Limits } from './limiter.ts';

/** Of one Receiver: far more than senders do, and far less than would keep other calls of plugins waiting. */
const perReceiver: Limits = { atOnce: 4, waiting: 128, rate: { perSecond: 20, burst: 200 } };
/** Of all together: bounds the bodies in memory. */
const altogether: Limits = { atOnce: 32, waiting: 2048 };
const mostIdle = 1000;

/** Keeps a flood of webhooks from hurting the host, and one Receiver's flood from hurting the others. */
export class Throttle {
  readonly #all = new Limiter(altogether);
  readonly #byReceiver = new Map<string, Limiter>();

  /** Runs the work in its turn; undefined when there are too many requests already. */
  async run<T>(receiver: string, work: () => Promise<T>): Promise<T | undefined> {
    const limiter = this.#byReceiver.get(receiver) ?? new Limiter(perReceiver);
    this.#byReceiver.set(receiver, limiter);
    if (this.#byReceiver.size > mostIdle) this.#forget();
    return limiter.run(() => this.#all.run(work));
  }

  /** Receivers that nobody calls any more. */
  #forget(): void {
    for (const [receiver, limiter] of this.#byReceiver) {
      if (limiter.idle()) this.#byReceiver.delete(receiver);
    }
  }
}
