import type { Budget } from '../budget.ts';
import { declarations } from '../check/declarations.ts';
import { noSuchOverload } from '../failure.ts';
import { conversions } from '../functions/conversions.ts';
import { compilePattern } from '../functions/matches.ts';
import type { Expression } from '../syntax/ast.ts';
import { walk } from '../syntax/walk.ts';
import { evaluate, type Scope } from './evaluate.ts';

/**
 * Tries what does not depend on variables: conversions of literals and regular expressions, as cel-go does when it makes a
 * program, so that `duration('1 day')` is an invalid expression and not one that fails every time.
 * @throws EvaluationFailure with what is wrong
 */
export function refuseImpossible(root: Expression, budget: Budget): void {
  const nothing: Scope = { budget, lookup: () => undefined };
  for (const { expression } of walk(root)) {
    if (expression.kind !== 'call') continue;
    const { name, args } = expression;
    refuseArity(name, args.length);
    const [first, second] = args;
    if (Object.hasOwn(conversions, name) && args.length === 1 && first && isConstant(first)) {
      evaluate(expression, nothing);
    }
    if (name === 'matches' && second?.kind === 'literal' && typeof second.value === 'string') {
      compilePattern(second.value);
    }
  }
}

function isConstant(expression: Expression): boolean {
  if (expression.kind === 'literal') return true;
  return expression.kind === 'list' && expression.items.every(({ value }) => isConstant(value));
}

/** A method may be called like a function and the other way round, but with as many arguments as one of its forms has. */
function refuseArity(name: string, count: number): void {
  const overloads = declarations.get(name);
  const fits = overloads ? overloads.some(({ args }) => args.length === count) : count > 0;
  if (!fits) throw noSuchOverload(`${name}(${Array(count).fill('arg').join(', ')})`);
}
