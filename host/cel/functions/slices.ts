import { EvaluationFailure } from '../failure.ts';
import type { CelValue } from '../types.ts';
import { arity, type CelFunction, count, text } from './types.ts';

/** Methods of cel-go's `ext.Strings` that count characters: code points, not UTF-16 units. */
export const sliceFunctions: Readonly<Record<string, CelFunction>> = {
  charAt(args, budget) {
    arity(args, 2);
    const subject = text(args[0]);
    budget.chargeBytes(subject.length * 8);
    const chars = [...subject];
    return chars[checked(count(args[1]), chars.length)] ?? '';
  },
  substring(args, budget) {
    arity(args, 2, 3);
    const subject = text(args[0]);
    budget.chargeBytes(subject.length * 8);
    const chars = [...subject];
    const start = count(args[1]);
    const end = args.length === 3 ? count(args[2]) : chars.length;
    if (args.length === 2) checked(start, chars.length);
    else if (start > end)
      throw new EvaluationFailure(`invalid substring range. start: ${start}, end: ${end}`);
    return chars.slice(checked(start, chars.length), checked(end, chars.length)).join('');
  },
  indexOf(args, budget) {
    const { chars, part, from } = search(args);
    budget.charge(chars.length * (part.length + 1));
    const start = from ?? 0;
    if (part.length === 0) return BigInt(start);
    if (start < 0) throw outOfRange(start);
    for (let at = start; at + part.length <= chars.length; at += 1)
      if (isAt(chars, part, at)) return BigInt(at);
    return -1n;
  },
  lastIndexOf(args, budget) {
    const { chars, part, from } = search(args);
    budget.charge(chars.length * (part.length + 1));
    if (part.length === 0) return BigInt(from ?? chars.length);
    if (from !== undefined && from < 0) throw outOfRange(from);
    if (from !== undefined && from >= chars.length) return -1n;
    const last = Math.min(from ?? chars.length, chars.length - part.length);
    for (let at = last; at >= 0; at -= 1) if (isAt(chars, part, at)) return BigInt(at);
    return -1n;
  },
};

function outOfRange(index: number): EvaluationFailure {
  return new EvaluationFailure(`index out of range: ${index}`);
}

function checked(index: number, length: number): number {
  if (index < 0 || index > length) throw outOfRange(index);
  return index;
}

function search(args: readonly CelValue[]): {
  chars: readonly string[];
  part: readonly string[];
  from: number | undefined;
} {
  arity(args, 2, 3);
  const from = args.length === 3 ? count(args[2]) : undefined;
  return { chars: [...text(args[0])], part: [...text(args[1])], from };
}

function isAt(chars: readonly string[], part: readonly string[], at: number): boolean {
  return part.every((char, i) => chars[at + i] === char);
}
