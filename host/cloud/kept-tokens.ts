import { createHash } from 'node:crypto';
import { Lru } from '../lru.ts';
import type { AccessToken } from './types.ts';

/** Part of its life for which a token is used, as in Flux. */
const usedShare = 0.8;

/** Keeps tokens that were asked for with credentials of objects, as long as they are fresh. */
export class KeptTokens {
  readonly #kept: Lru<{ value: string; until: number }>;

  constructor(limit: number) {
    this.#kept = new Lru(limit);
  }

  /** @param parts what the token depends on; only a digest of it is kept, as there are secrets in it */
  async get(parts: readonly unknown[], ask: () => Promise<AccessToken>): Promise<string> {
    const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
    const known = this.#kept.get(key);
    if (known && known.until > Date.now()) return known.value;
    const { value, expiresAt } = await ask();
    this.#kept.set(key, { value, until: Date.now() + (expiresAt - Date.now()) * usedShare });
    return value;
  }
}
