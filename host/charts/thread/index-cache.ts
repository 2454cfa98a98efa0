import type { PackedIndex } from '../index/packed.ts';
import { readIndex } from '../index/read.ts';
import type { CacheSettings, IndexFile } from './protocol.ts';

interface Entry {
  readonly index: Promise<PackedIndex>;
  usedAt: number;
}

/** Indexes by the digest of their files: each is read once, however many ask for it. */
export class IndexCache {
  readonly #entries = new Map<string, Entry>();
  readonly #settings: CacheSettings;

  constructor(settings: CacheSettings) {
    this.#settings = settings;
    setInterval(() => this.#sweep(), settings.sweepMs).unref();
  }

  /** @throws FluxError FLUX_E_CHART_INDEX */
  async get({ file, digest, maxBytes }: IndexFile): Promise<{ index: PackedIndex; isHit: boolean }> {
    const known = this.#entries.get(digest);
    const index = known?.index ?? readIndex(file, maxBytes);
    // What was used last is last in the map.
    this.#entries.delete(digest);
    this.#entries.set(digest, { index, usedAt: performance.now() });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#settings.most && oldest !== undefined) this.#entries.delete(oldest);
    try {
      return { index: await index, isHit: known !== undefined };
    } catch (error) {
      if (this.#entries.get(digest)?.index === index) this.#entries.delete(digest);
      throw error;
    }
  }

  #sweep(): void {
    const limit = performance.now() - this.#settings.ttlMs;
    for (const [digest, { usedAt }] of this.#entries) if (usedAt < limit) this.#entries.delete(digest);
  }
}
