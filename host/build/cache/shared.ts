import { isAbort } from '../../errors/text.ts';
import { createLru } from './lru.ts';

/** Values that many ask for at the same time are made once, and kept for those who ask a little later. */
export interface Shared<Value> {
  /**
   * @param make called unless somebody else is making the value, or it is kept
   * @param signal of the one who asks; when the maker's own signal ends the work, the next one who waits takes over
   * @throws what `make` throws; failures are not kept
   */
  get(key: string, make: () => Promise<Value>, signal: AbortSignal): Promise<Value>;
}

/**
 * @param options.limit of all kept values together, bytes
 * @param options.sizeOf bytes of a value; undefined when it must not be kept
 */
export function createShared<Value>(options: {
  limit: number;
  sizeOf(value: Value): number | undefined;
}): Shared<Value> {
  const kept = createLru<Value>(options.limit);
  const making = new Map<string, Promise<Value>>();

  const start = (key: string, make: () => Promise<Value>): Promise<Value> => {
    const value = make()
      .then((made) => {
        const size = options.sizeOf(made);
        if (size !== undefined) kept.set(key, made, size);
        return made;
      })
      .finally(() => making.delete(key));
    making.set(key, value);
    return value;
  };

  return {
    async get(key, make, signal) {
      for (;;) {
        signal.throwIfAborted();
        const known = kept.get(key);
        if (known !== undefined) return known;
        const others = making.get(key);
        if (!others) return start(key, make);
        try {
          return await others;
        } catch (error) {
          if (!isAbort(error)) throw error;
        }
      }
    },
  };
}
