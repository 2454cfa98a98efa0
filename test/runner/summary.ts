import { stripVTControlCharacters } from 'node:util';

/** How the tests of one job went. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
}

/** What came of a job; `problem` says what is wrong beyond failed tests. */
export interface Outcome extends Counts {
  readonly problem?: string;
}

/**
 * Reads the three lines with which uvu ends a file. Only the last such block counts: a test may print another
 * run's output.
 * @param output everything the file wrote, colours included
 * @returns nothing when the file ended before its tests did
 */
export function parseUvu(output: string): Counts | undefined {
  const blocks = stripVTControlCharacters(output).matchAll(
    /^ {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)$/gm,
  );
  const last = [...blocks].at(-1);
  if (!last) return undefined;
  const [total, passed, skipped] = last.slice(1).map(Number);
  if (total === undefined || passed === undefined || skipped === undefined) return undefined;
  return { passed, failed: total - passed, skipped };
}

/** Judges a test file: one that crashed, hung or tested nothing has failed, whatever it printed. */
export function judge(counts: Counts | undefined, ending: Ending): Outcome {
  const seen = counts ?? { passed: 0, failed: 0, skipped: 0 };
  const problem = problemOf(counts, ending);
  if (!problem) return seen;
  return { ...seen, failed: Math.max(1, seen.failed), problem };
}

function problemOf(counts: Counts | undefined, { code, signal, timedOut }: Ending): string | undefined {
  if (timedOut) return 'ran into the time limit';
  if (signal) return `was killed by ${signal}`;
  if (!counts) return `ended before its tests did (exit code ${code})`;
  if (counts.passed + counts.failed + counts.skipped === 0) return 'has no test';
  if (code !== 0 && counts.failed === 0) return `ended with exit code ${code} although its tests passed`;
  return undefined;
}
