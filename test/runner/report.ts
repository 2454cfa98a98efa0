import { stripVTControlCharacters } from 'node:util';
import type { JobResult } from './jobs.ts';

/** Whether a job counts as failed. */
export function failed({ outcome }: JobResult): boolean {
  return outcome.failed > 0;
}

/** The line for one job, e.g. `✔ host/kube/paths.test.ts (12 tests, 0.4 s)`. */
export function jobLine(result: JobResult): string {
  const { passed, failed: wrong, skipped, problem } = result.outcome;
  const seconds = `${(result.milliseconds / 1000).toFixed(1)} s`;
  const ran = passed + wrong;
  const facts = [
    failed(result) ? `${wrong} of ${ran} failed` : `${ran} ${ran === 1 ? 'test' : 'tests'}`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    seconds,
    ...(result.again ? ['run again, alone'] : []),
  ];
  return `${failed(result) ? '✗' : '✔'} ${result.name} (${facts.join(', ')})${problem ? `: ${problem}` : ''}`;
}

/** A failed job's output, indented so that it is not mistaken for the runner's own lines. */
export function indented(output: string): string {
  const text = stripVTControlCharacters(output).trimEnd();
  return text === '' ? '    (no output)' : text.replaceAll(/^/gm, '    ');
}

/** The end of the report: every failure again, and on the last line only the counts. */
export function closing(results: readonly JobResult[]): string {
  const sum = (field: 'passed' | 'failed' | 'skipped') =>
    results.reduce((total, { outcome }) => total + outcome[field], 0);
  const failures = results
    .filter(failed)
    .map((result) => `${jobLine(result)}\n${indented(result.output.slice(-8000))}`);
  const again = failures.length > 0 ? `\nWhat failed:\n\n${failures.join('\n\n')}\n` : '';
  const saved = results.filter((result) => result.again && !failed(result)).map(({ name }) => `  ${name}\n`);
  const flaky =
    saved.length > 0 ? `\nFailed beside others and passed alone; mend them:\n${saved.join('')}` : '';
  const skipped = sum('skipped');
  return `${again}${flaky}\n${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`;
}
