import type { AssetResult, CaseResult } from './run.ts';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Failures shown for an asset, and lines shown for a failure, unless the output is verbose. */
const failuresShown = 5;
const linesShown = 12;

export function tally(result: AssetResult): Tally {
  const count = (wanted: string) => result.cases.filter(({ outcome }) => outcome.result === wanted).length;
  return { passed: count('pass'), failed: count('fail'), skipped: count('skip') + result.unread };
}

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

export function summary({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The asset's line, what is to be said about it, and its failures. */
export function report(result: AssetResult, verbose: boolean): string[] {
  const counts = tally(result);
  if (result.unread > 0 || result.cases.length === 0) {
    return [`◎ ${result.asset}: skipped, no runner yet (${result.unread} files)`];
  }
  const mark = counts.failed > 0 ? '✗' : '✔';
  return [
    `${mark} ${result.asset}: ${summary(counts)}`,
    ...result.notes.map((note) => `    ${note}`),
    ...skips(result.cases),
    ...failures(result.cases, verbose),
  ];
}

function skips(cases: readonly CaseResult[]): string[] {
  const byReason = new Map<string, number>();
  for (const { outcome } of cases) {
    if (outcome.result === 'skip') byReason.set(outcome.reason, (byReason.get(outcome.reason) ?? 0) + 1);
  }
  return [...byReason].map(([reason, count]) => `    ${count} skipped: ${reason}`);
}

function failures(cases: readonly CaseResult[], verbose: boolean): string[] {
  const failed = cases.flatMap(({ name, outcome }) =>
    outcome.result === 'fail' ? [{ name, lines: outcome.details.split('\n') }] : [],
  );
  const shown = verbose ? failed : failed.slice(0, failuresShown);
  const lines = shown.flatMap(({ name, lines: details }) => {
    const visible = verbose ? details : details.slice(0, linesShown);
    const rest = details.length - visible.length;
    return [
      `    ✗ ${name}`,
      ...visible.map((line) => `        ${line}`),
      ...(rest > 0 ? [`        … ${rest} more lines (--verbose)`] : []),
    ];
  });
  const hidden = failed.length - shown.length;
  return hidden > 0 ? [...lines, `    … ${hidden} more failures (--verbose)`] : lines;
}
