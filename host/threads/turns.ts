import { setImmediate } from 'node:timers/promises';

/** For how long a loop may hold the main thread at a time, ms. */
const holdMs = 10;

/**
 * Shares the main thread within a long loop: what is returned, called at each step, resolves once others had their turn when they
 * have waited long enough, and is undefined most of the time. Awaiting something that is there already gives nobody a turn.
 */
export function takeTurns(): () => Promise<void> | undefined {
  let since = performance.now();
  const turn = async () => {
    await setImmediate();
    since = performance.now();
  };
  return () => (performance.now() - since < holdMs ? undefined : turn());
}
