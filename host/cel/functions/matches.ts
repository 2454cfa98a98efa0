import { compileGoRegexp, type GoRegexp } from '../../regexp/go-regexp.ts';
import { EvaluationFailure } from '../failure.ts';
import { arity, type CelFunction, text } from './types.ts';

/**
 * `text.matches(pattern)` with Go's syntax of regular expressions, which takes time linear in the text: a pattern of a user
 * cannot hang the host as JavaScript's own engine would let it.
 */
export const matches: CelFunction = (args, budget) => {
  arity(args, 2);
  const subject = text(args[0]);
  const pattern = text(args[1]);
  budget.charge(pattern.length);
  const compiled = compilePattern(pattern);
  // Counted repetitions unfold: `a{1000}` is a thousand instructions, each tried at each character at worst.
  const instructions = compiled.size;
  budget.charge(instructions * 10 + Math.ceil((subject.length * instructions) / 64));
  return compiled.test(subject);
};

/** Longer than people write; repetitions of more than 1000 RE2 refuses itself. */
const maxPatternLength = 1_000;

/** @throws EvaluationFailure when it is no pattern */
export function compilePattern(pattern: string): GoRegexp {
  try {
    return compileGoRegexp(pattern, maxPatternLength);
  } catch (error) {
    if (error instanceof RangeError) throw new EvaluationFailure(error.message);
    throw error;
  }
}
