import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../../json.ts';

/** Differences of two documents for people: the path, then `-` what was and `+` what is. */
export function reportDifferences(from: unknown, to: unknown): string {
  return joinDifferences(differences({ from, to }, ''));
}

/** Differences one after the other, without blank lines around them. */
export function joinDifferences(parts: readonly string[]): string {
  return parts.join('\n').trim();
}

interface Pair {
  readonly from: unknown;
  readonly to: unknown;
}

function differences({ from, to }: Pair, path: string): string[] {
  if (isDeepStrictEqual(from, to)) return [];
  if (isRecord(from) && isRecord(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return keys.flatMap((key) => differences({ from: from[key], to: to[key] }, `${path}.${key}`));
  }
  if (Array.isArray(from) && Array.isArray(to)) return listDifferences({ from, to }, path);
  const before = from === undefined ? [] : [`-${goText(from)}`];
  const after = to === undefined ? [] : [`+${goText(to)}`];
  return [[path, ...before, ...after].join('\n')];
}

/** Items in common keep their place; between those, items at the same place are compared, others came or went. */
function listDifferences(
  { from, to }: { from: readonly unknown[]; to: readonly unknown[] },
  path: string,
): string[] {
  const result: string[] = [];
  let left = 0;
  let right = 0;
  for (const [nextLeft, nextRight] of [...commonItems(from, to), [from.length, to.length] as const]) {
    for (; left < nextLeft && right < nextRight; left++, right++) {
      const index = left === right ? `${left}` : `${left}->${right}`;
      result.push(...differences({ from: from[left], to: to[right] }, `${path}[${index}]`));
    }
    for (; left < nextLeft; left++) result.push(`${path}[${left}->?]\n-${goText(from[left])}`);
    for (; right < nextRight; right++) result.push(`${path}[?->${right}]\n+${goText(to[right])}`);
    left++;
    right++;
  }
  return result;
}

/** Positions of the longest common subsequence. */
function commonItems(from: readonly unknown[], to: readonly unknown[]): (readonly [number, number])[] {
  const width = to.length + 1;
  const lengths = new Uint32Array((from.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = from.length - 1; i >= 0; i--) {
    for (let j = to.length - 1; j >= 0; j--) {
      const equal = isDeepStrictEqual(from[i], to[j]);
      lengths[i * width + j] = equal ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < from.length && j < to.length; ) {
    if (isDeepStrictEqual(from[i], to[j])) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

/** A value as Go prints it, which users of Flux's logs know. */
function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isRecord(value)) return String(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(value[key])}`);
  return `map[${entries.join(' ')}]`;
}
