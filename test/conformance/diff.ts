import { isDeepStrictEqual } from 'node:util';
import { fail, type Outcome, pass } from './asset.ts';

/** Passes when both are deeply equal; fails with the differences, one a line, otherwise. */
export function compare(expected: unknown, actual: unknown): Outcome {
  const lines = differences(expected, actual);
  return lines.length === 0 ? pass : fail(lines.join('\n'));
}

/** Where two values differ, as `path: expected … got …` lines. The order of an object's keys is no difference. */
export function differences(expected: unknown, actual: unknown, path = ''): string[] {
  if (isDeepStrictEqual(expected, actual)) return [];
  if (isRecord(expected) && isRecord(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...keys].flatMap((key) => differences(expected[key], actual[key], `${path}.${key}`));
  }
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((item, index) => differences(item, actual[index], `${path}[${index}]`));
  }
  if (typeof expected === 'string' && typeof actual === 'string' && `${expected}${actual}`.includes('\n')) {
    return [`${path || '.'}:`, ...lineDifferences(expected, actual)];
  }
  return [`${path || '.'}: expected ${show(expected)}, got ${show(actual)}`];
}

/**
 * Differences of two texts by line: `-` is expected only, `+` is ours only. Lines in common at both ends are left
 * out but for two of context.
 */
export function lineDifferences(expected: string, actual: string): string[] {
  const left = expected.split('\n');
  const right = actual.split('\n');
  let head = 0;
  while (head < left.length && head < right.length && left[head] === right[head]) head += 1;
  let tail = 0;
  while (
    tail < left.length - head &&
    tail < right.length - head &&
    left[left.length - 1 - tail] === right[right.length - 1 - tail]
  ) {
    tail += 1;
  }
  return [
    `  @ line ${head + 1}`,
    ...left.slice(Math.max(0, head - 2), head).map((line) => `    ${line}`),
    ...left.slice(head, left.length - tail).map((line) => `  - ${line}`),
    ...right.slice(head, right.length - tail).map((line) => `  + ${line}`),
    ...left.slice(left.length - tail, left.length - tail + 2).map((line) => `    ${line}`),
  ];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
