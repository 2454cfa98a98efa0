import { tooManyWaiting } from './errors.ts';

/** So many calls at once, first come first served. */
export interface Limiter {
  /**
   * Resolves with a function that gives the place back.
   * @param most places at this moment; undefined for no limit
   * @throws FluxError FLUX_E_PLUGIN_BUSY when too many wait; the signal's reason
   */
  enter(most: number | undefined, signal?: AbortSignal): Promise<() => void>;
}

const mostWaiting = 1000;

export function createLimiter(plugin: string): Limiter {
  const waiting: (() => void)[] = [];
  let running = 0;
  // A place is handed on: nobody who comes later can take it meanwhile.
  const leaving = () => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    };
  };
  return {
    async enter(most, signal) {
      signal?.throwIfAborted();
      if (most === undefined || running < most) {
        running += 1;
        return leaving();
      }
      if (waiting.length >= mostWaiting) throw tooManyWaiting(plugin, waiting.length);
      const turn = Promise.withResolvers<void>();
      const abort = () => {
        const index = waiting.indexOf(turn.resolve);
        if (index < 0) return;
        waiting.splice(index, 1);
        turn.reject(signal?.reason);
      };
      waiting.push(turn.resolve);
      signal?.addEventListener('abort', abort, { once: true });
      await turn.promise.finally(() => signal?.removeEventListener('abort', abort));
      return leaving();
    },
  };
}
