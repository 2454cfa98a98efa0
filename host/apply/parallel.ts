import { takeTurns } from '../threads/turns.ts';

/** Runs `work` for every item, at most `limit` at once; results keep the order. The first failure stops new work. */
export async function parallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let failed = false;
  const turn = takeTurns();
  const runner = async (): Promise<void> => {
    while (!failed && next < items.length) {
      const index = next++;
      const item = items[index];
      if (item === undefined) continue;
      try {
        results[index] = await work(item);
        await turn();
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const runners = Array.from({ length: Math.min(Math.max(limit, 1), items.length) }, runner);
  const outcomes = await Promise.allSettled(runners);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return results;
}
