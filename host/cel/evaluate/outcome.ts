import { EvaluationFailure } from '../failure.ts';
import type { CelValue } from '../types.ts';

/** The value, or the failure that stands in its place until another operand decides. */
export function orAbsorb(work: () => CelValue): CelValue | EvaluationFailure {
  try {
    return work();
  } catch (error) {
    if (error instanceof EvaluationFailure) return error;
    throw error;
  }
}
