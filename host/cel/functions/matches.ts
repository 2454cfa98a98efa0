import { RE2JS, RE2JSSyntaxException } from '@bufbuild/re2';
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
  budget.charge(Math.ceil((subject.length * (pattern.length + 1)) / 16) + pattern.length);
  return compilePattern(pattern).test(subject);
};

/** Counted repetitions unfold: `(a{1000}){1000}` is a program of a million steps. RE2 itself refuses more than 1000. */
const maxPatternLength = 1_000;

/** @throws EvaluationFailure when it is no pattern */
export function compilePattern(pattern: string): RE2JS {
  if (pattern.length > maxPatternLength) {
    throw new EvaluationFailure(`error parsing regexp: longer than ${maxPatternLength} characters`);
  }
  try {
    return new RE2JS(pattern);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) throw new EvaluationFailure(error.message);
    throw error;
  }
}
