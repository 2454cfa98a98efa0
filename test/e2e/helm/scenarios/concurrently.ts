import { test } from 'uvu';

/** Tests that have nothing to do with each other: once the hooks before them are through all of them begin, and each tells how it went. */
export function concurrently(tests: Readonly<Record<string, () => Promise<void>>>): void {
  const outcomes = new Map<string, Promise<unknown>>();
  test.before(() => {
    for (const [name, run] of Object.entries(tests)) {
      const outcome = run().then(
        () => undefined,
        (error: unknown) => error ?? new Error('it failed'),
      );
      outcomes.set(name, outcome);
    }
  });
  for (const name of Object.keys(tests)) {
    test(name, async () => {
      const outcome = outcomes.get(name);
      if (!outcome) throw new Error('it did not begin');
      const error = await outcome;
      if (error) throw error;
    });
  }
}
