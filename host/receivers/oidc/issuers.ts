import type { Egress } from '../../sandbox/egress/egress.ts';
import { fetchIssuer, type Issuer } from './issuer.ts';

const maxIssuers = 200;
/** Keys that an issuer has withdrawn are trusted no longer than this. */
const maxAgeMs = 10 * 60_000;
/** However many tokens with unknown keys come, an issuer is not asked more often. */
const pauseMs = 10_000;

/** The issuers that were asked lately; each is asked once, however many requests wait for it. */
export class Issuers {
  readonly #egress: Egress;
  readonly #known = new Map<string, Promise<Issuer>>();

  constructor(egress: Egress) {
    this.#egress = egress;
  }

  /** @throws FluxError FLUX_E_RECEIVER_ISSUER */
  get(name: string): Promise<Issuer> {
    return this.#get(name, ({ fetchedAt }) => Date.now() - fetchedAt > maxAgeMs);
  }

  /** Asks again for an issuer in which a key was not found, unless that was done a moment ago. */
  async newer(name: string, than: Issuer): Promise<Issuer | undefined> {
    const issuer = await this.#get(name, (known) => known === than && Date.now() - than.fetchedAt > pauseMs);
    return issuer === than ? undefined : issuer;
  }

  async #get(name: string, outdated: (issuer: Issuer) => boolean): Promise<Issuer> {
    const pending = this.#known.get(name) ?? this.#fetch(name);
    const issuer = await pending;
    if (!outdated(issuer)) return issuer;
    const current = this.#known.get(name);
    // Somebody else may have asked meanwhile.
    return current !== undefined && current !== pending ? current : this.#fetch(name);
  }

  #fetch(name: string): Promise<Issuer> {
    const fetching = fetchIssuer(this.#egress, name);
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
