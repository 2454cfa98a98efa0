/** An item whose work failed. */
export interface Failure<T> {
  readonly item: T;
  readonly error: unknown;
}

/** Does the work for every item, at most `limit` at once, whatever becomes of the others. */
export async function eachAtOnce<T>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<Failure<T>[]> {
  const failures: Failure<T>[] = [];
  const queue = items.entries();
  const runner = async (): Promise<void> => {
    for (const [index, item] of queue) {
      try {
        await work(item, index);
      } catch (error) {
        failures.push({ item, error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, runner));
  return failures;
}
