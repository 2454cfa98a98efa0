import type { Egress } from '../../sandbox/egress/egress.ts';
import { fetchIssuer, type Issuer } from './issuer.ts';

const maxIssuers = 200;
/** Keys that an issuer has withdrawn are trusted no longer than this. */
const maxAgeMs = 10 * 60_000;
/** However many tokens with unknown keys come, an issuer is not asked more often. */
const pauseMs = 10_000;

interface Known extends Issuer {
  readonly fetchedAt: number;
}

/** The issuers that were asked lately; each is asked once, however many requests wait for it. */
export class Issuers {
  readonly #egress: Egress;
  readonly #clock: () => number;
  readonly #known = new Map<string, Promise<Known>>();

  /** @param clock milliseconds */
  constructor(egress: Egress, clock: () => number = () => performance.now()) {
    this.#egress = egress;
    this.#clock = clock;
  }

  /** @throws FluxError FLUX_E_RECEIVER_ISSUER */
  get(name: string): Promise<Issuer> {
    return this.#get(name, ({ fetchedAt }) => this.#clock() - fetchedAt > maxAgeMs);
  }

  /** Asks again for an issuer in which a key was not found; undefined when that was done a moment ago. */
  async newer(name: string, than: Issuer): Promise<Issuer | undefined> {
    const issuer = await this.#get(
      name,
      (known) => known === than && this.#clock() - known.fetchedAt > pauseMs,
    );
    return issuer === than ? undefined : issuer;
  }

  async #get(name: string, outdated: (known: Known) => boolean): Promise<Issuer> {
    const pending = this.#known.get(name) ?? this.#fetch(name);
    const issuer = await pending;
    if (!outdated(issuer)) return issuer;
    const current = this.#known.get(name);
    // Somebody else may have asked meanwhile.
    return current !== undefined && current !== pending ? current : this.#fetch(name);
  }

  #fetch(name: string): Promise<Known> {
    const fetching = fetchIssuer(this.#egress, name).then((issuer) => ({
      ...issuer,
      fetchedAt: this.#clock(),
    }));
    this.#known.delete(name);
    this.#known.set(name, fetching);
    const [oldest] = this.#known.keys();
    if (this.#known.size > maxIssuers && oldest !== undefined) this.#known.delete(oldest);
    // A failure is not remembered: the next request may find the issuer back.
    fetching.catch(() => {
      if (this.#known.get(name) === fetching) this.#known.delete(name);
    });
    return fetching;
  }
}
