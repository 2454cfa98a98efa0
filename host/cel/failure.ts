/**
 * An error of the language: an operand of `&&`, `||`, `all` or `exists` that gives one is outweighed by another that
 * decides. Leaves this folder as a FluxError only.
 */
export class EvaluationFailure extends Error {
  override readonly name = 'EvaluationFailure';
}

/** A bound was reached; nothing in an expression can absorb it. */
export class LimitReached extends Error {
  override readonly name = 'LimitReached';
}

export function noSuchOverload(details?: string): EvaluationFailure {
  return new EvaluationFailure(details ? `no such overload: ${details}` : 'no such overload');
}

export function noSuchKey(key: string): EvaluationFailure {
  return new EvaluationFailure(`no such key: ${key}`);
}
