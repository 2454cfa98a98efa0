/** Functions that want to be told of something. */
export interface Listeners<Arguments extends readonly unknown[]> {
  /** @returns ends it */
  add(listener: (...told: Arguments) => void): () => void;
  tell(...told: Arguments): void;
}

export function createListeners<Arguments extends readonly unknown[]>(): Listeners<Arguments> {
  const listeners = new Set<(...told: Arguments) => void>();
  return {
    add(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(...told) {
      for (const listener of listeners) listener(...told);
    },
  };
}
