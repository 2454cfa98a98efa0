/** Work in order for each key, several keys at once, with a bound on what waits. */
export interface Lanes {
  /** @returns false when too much waits already; the work is not done then */
  add(key: string, work: () => Promise<void>): boolean;
  /** Resolves when nothing waits or runs. */
  idle(): Promise<void>;
}

export interface LanesOptions {
  /** Keys worked on at once. */
  readonly lanes: number;
  /** Pieces of work that may wait, in all lanes together. */
  readonly limit: number;
  /** Work is expected to handle its errors; what still comes out ends up here. */
  onError(error: unknown): void;
}

/** Each key has its lane; a lane does one piece after the other. */
export function createLanes({ lanes, limit, onError }: LanesOptions): Lanes {
  const tails: Promise<void>[] = Array.from({ length: lanes }, () => Promise.resolve());
  let waiting = 0;
  return {
    add(key, work) {
      if (waiting >= limit) return false;
      waiting++;
      const lane = hash(key) % lanes;
      const run = async (): Promise<void> => {
        try {
          await work();
        } catch (error) {
          onError(error);
        } finally {
          waiting--;
        }
      };
      tails[lane] = tails[lane]!.then(run);
      return true;
    },
    async idle() {
      while (waiting > 0) await Promise.all(tails);
    },
  };
}

function hash(text: string): number {
  let value = 0;
  for (let i = 0; i < text.length; i++) value = (Math.imul(value, 31) + text.charCodeAt(i)) >>> 0;
  return value;
}
