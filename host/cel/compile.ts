import { FluxError } from '../errors/flux-error.ts';
import { Budget } from './budget.ts';
import { checkTypes } from './check/checker.ts';
import { formatType } from './check/types.ts';
import { impossibleExpression, invalidExpression, overLimit, wrongOutputType } from './errors.ts';
import { refuseImpossible } from './evaluate/constants.ts';
import { EvaluationFailure, LimitReached } from './failure.ts';
import { isFunction } from './functions/index.ts';
import { createProgram } from './program.ts';
import type { Expression } from './syntax/ast.ts';
import { maxSourceLength, parse } from './syntax/parser.ts';
import { formatIssue, formatIssues, SyntaxIssue } from './syntax/position.ts';
import { walk } from './syntax/walk.ts';
import type { CelProgram, CompileOptions, ResultType } from './types.ts';

/** Deeper trees than people write; evaluation recurses as deep. */
const maxDepth = 500;

/**
 * Compiles a CEL expression as Flux 2.9 does: cel-go with optional types, comparisons across number types, UTC, and the
 * functions of `ext.Strings`, `ext.Sets` and `ext.Encoders`. Message literals (`pkg.Type{…}`) are not there.
 *
 * An implementation of our own because none of JavaScript's bounds its work, and expressions come from tenants: of those of
 * npm one matches with backtracking regular expressions and refuses `1 == 1.0`, the other lacks optional syntax. testdata has
 * what cel-go itself answers.
 * @throws FluxError, terminal, with reason InvalidCELExpression: FLUX_E_CEL_SYNTAX with the position, FLUX_E_CEL_TYPE,
 * FLUX_E_CEL_PROGRAM; FLUX_E_CEL_LIMIT when it is too large
 */
export function compileCel<R extends ResultType>(source: string, options: CompileOptions<R>): CelProgram<R> {
  const { variables, result } = options;
  const expression = parseBounded(source);
  if (variables !== 'any') {
    const { type, issues } = checkTypes(expression, variables);
    if (issues.length > 0) throw invalidExpression(source, formatIssues(source, issues));
    const demanded = result === 'bool' || result === 'string';
    if (demanded && type.kind !== result) throw wrongOutputType(result, formatType(type));
  }
  try {
    refuseImpossible(expression, new Budget());
  } catch (error) {
    if (error instanceof EvaluationFailure) throw impossibleExpression(source, error.message);
    if (error instanceof LimitReached) throw invalid(overLimit(source, error.message));
    throw error;
  }
  return createProgram(source, expression, result);
}

function parseBounded(source: string): Expression {
  if (source.length > maxSourceLength) {
    throw invalid(overLimit(source, `it is longer than ${maxSourceLength} characters`));
  }
  let expression: Expression;
  try {
    expression = parse(source, isFunction);
  } catch (error) {
    if (error instanceof SyntaxIssue) throw invalidExpression(source, formatIssue(source, error.issue));
    throw error;
  }
  for (const { depth } of walk(expression)) {
    if (depth > maxDepth) throw invalid(overLimit(source, `it is nested deeper than ${maxDepth} levels`));
  }
  return expression;
}

/** Of the expression itself, which only a change of it can help. */
function invalid({ code, message, hint }: FluxError): FluxError {
  return new FluxError(code, message, {
    reason: 'InvalidCELExpression',
    terminal: true,
    ...(hint ? { hint } : {}),
  });
}
