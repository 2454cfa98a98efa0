import { createHash } from 'node:crypto';
import { Lru } from '../lru.ts';
import type { CacheMetrics, CacheUser } from '../observability/cache-metrics.ts';

/** Part of its life for which a token is used, as in Flux. */
const usedShare = 0.8;

/** What was asked for and when it ends, ms since 1970. */
export interface Expiring<V> {
  readonly value: V;
  readonly expiresAt: number;
}

/** How many tokens are kept and for how long at most. */
export interface KeptTokensOptions {
  /** `--token-cache-max-size`; 0: none are kept. */
  readonly cacheSize: number;
  /** `--token-cache-max-duration`, ms. */
  readonly cacheMs: number;
  readonly cacheMetrics?: CacheMetrics;
}

/** Keeps tokens, logins or credentials while they are fresh; they are asked for once when many want the same. */
export class KeptTokens<V> {
  readonly #options: KeptTokensOptions;
  readonly #kept: Lru<{ value: V; until: number }>;
  readonly #asked = new Map<string, Promise<Expiring<V>>>();

  constructor(options: KeptTokensOptions) {
    this.#options = options;
    this.#kept = new Lru(options.cacheSize);
  }

  /**
   * @param parts what the token depends on; only a digest of it is kept, as there may be secrets in it
   * @param ask shared by all who wait: one of them giving up must not end it for the others
   * @param user whom the metrics count it for
   */
  async get(parts: readonly unknown[], ask: () => Promise<Expiring<V>>, user?: CacheUser): Promise<V> {
    const metrics = this.#options.cacheSize > 0 ? this.#options.cacheMetrics : undefined;
    const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
    try {
      const fresh = this.#fresh(key);
      const isHit = fresh !== undefined || this.#asked.has(key);
      const value = fresh ? fresh.value : await this.#asking(key, ask);
      metrics?.requested(user, { isHit });
      return value;
    } catch (error) {
      metrics?.requested(user, { isHit: false, failed: true });
      throw error;
    }
  }

  #fresh(key: string): { value: V } | undefined {
    const known = this.#kept.get(key);
    return known && known.until > Date.now() ? known : undefined;
  }

  async #asking(key: string, ask: () => Promise<Expiring<V>>): Promise<V> {
    const running = this.#asked.get(key);
    if (running) return (await running).value;
    const asked = ask();
    this.#asked.set(key, asked);
    try {
      const given = await asked;
      this.#keep(key, given);
      return given.value;
    } finally {
      this.#asked.delete(key);
    }
  }

  #keep(key: string, { value, expiresAt }: Expiring<V>): void {
    const { cacheSize, cacheMs, cacheMetrics } = this.#options;
    const lifeMs = Math.min((expiresAt - Date.now()) * usedShare, cacheMs);
    if (cacheSize === 0 || lifeMs <= 0) return;
    const before = this.#kept.size;
    const evicted = this.#kept.set(key, { value, until: Date.now() + lifeMs });
    cacheMetrics?.kept(this.#kept.size - before, evicted ? 1 : 0);
  }
}
