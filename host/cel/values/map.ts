import type { CelValue } from '../types.ts';
import { Uint } from './scalars.ts';

type Slot = string | boolean | bigint | number;

/** A CEL map. Numbers of different types that are equal are the same key. */
export class CelMap {
  readonly #entries = new Map<Slot, readonly [key: CelValue, value: CelValue]>();

  get size(): number {
    return this.#entries.size;
  }

  /** @returns undefined when there is no such key */
  get(key: CelValue): CelValue | undefined {
    const slot = slotOf(key);
    return slot === undefined ? undefined : this.#entries.get(slot)?.[1];
  }

  /** @returns false when nothing of that type can be a key */
  set(key: CelValue, value: CelValue): boolean {
    const slot = slotOf(key);
    if (slot === undefined) return false;
    this.#entries.set(slot, [key, value]);
    return true;
  }

  keys(): CelValue[] {
    return [...this.#entries.values()].map(([key]) => key);
  }

  entries(): Iterable<readonly [key: CelValue, value: CelValue]> {
    return this.#entries.values();
  }
}

function slotOf(key: CelValue): Slot | undefined {
  if (key instanceof Uint) return key.value;
  if (typeof key === 'number') return Number.isInteger(key) ? BigInt(key) : key;
  return typeof key === 'string' || typeof key === 'boolean' || typeof key === 'bigint' ? key : undefined;
}
