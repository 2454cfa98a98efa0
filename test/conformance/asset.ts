/**
 * How to add an asset: write `test/conformance/assets/<folder name>.ts` that exports `runner`. It is found by the
 * name of the asset's folder, given that folder, and yields one case for each thing that is checked.
 *
 *     export const runner: AssetRunner = {
 *       *cases(dir) {
 *         for (const file of jsonFiles(dir)) {
 *           yield { name: file, run: () => compare(expectedIn(file), whatOurCodeGives(file)) };
 *         }
 *       },
 *     };
 *
 * A runner must work on any folder of the same form: it reads the cases from the folder and knows none by heart.
 * `cases` may be an async generator; what it sets up before the first yield it can tear down in a `finally`.
 */
export interface AssetRunner {
  cases(dir: string): Iterable<ConformanceCase> | AsyncIterable<ConformanceCase>;
  /** Printed below the asset's line, e.g. differences that are intended. */
  readonly notes?: readonly string[];
  /** Longest time for one case in milliseconds; default one minute. The case fails when it takes longer. */
  readonly timeoutMs?: number;
}

export interface ConformanceCase {
  /** Unique within the asset. */
  readonly name: string;
  /** Something thrown is a failure with the error as its details. The signal aborts when time is up. */
  run(signal: AbortSignal): Outcome | Promise<Outcome>;
}

export type Outcome =
  | { readonly result: 'pass' }
  | { readonly result: 'fail'; readonly details: string }
  | { readonly result: 'skip'; readonly reason: string };

export const pass: Outcome = { result: 'pass' };

/** @param details what was expected and what came instead, readable without the source */
export function fail(details: string): Outcome {
  return { result: 'fail', details };
}

/** @param reason why the case cannot be checked here; a case that our code gets wrong is a failure, not this */
export function skip(reason: string): Outcome {
  return { result: 'skip', reason };
}
