import type { Budget } from '../budget.ts';
import { declarations } from '../check/declarations.ts';
import { EvaluationFailure, noSuchOverload } from '../failure.ts';
import { conversions } from '../functions/conversions.ts';
import { compilePattern } from '../functions/matches.ts';
import type { Expression } from '../syntax/ast.ts';
import { childrenOf, walk } from '../syntax/walk.ts';
import type { CelValue } from '../types.ts';
import { typeNameOf } from '../values/type-of.ts';
import { isKey } from './access.ts';
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
    if ((name === '_[_]' || name === '_[?_]') && second && isConstant(second)) {
      refuseIndex(evaluate(second, nothing));
    }
    if (name === 'matches' && second?.kind === 'literal' && typeof second.value === 'string') {
      compilePattern(second.value);
    }
  }
}

function isConstant(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
      return true;
    case 'list':
    case 'map':
      return childrenOf(expression).every(isConstant);
    case 'call':
      return Object.hasOwn(conversions, expression.name) && expression.args.every(isConstant);
    default:
      return false;
  }
}

/** Nothing has an element at a null, a list or a map. */
function refuseIndex(index: CelValue): void {
  if (!isKey(index)) throw new EvaluationFailure(`invalid qualifier type: ${typeNameOf(index)}`);
}

/** A method may be called like a function and the other way round, but with as many arguments as one of its forms has. */
function refuseArity(name: string, count: number): void {
  const overloads = declarations.get(name);
  const fits = overloads ? overloads.some(({ args }) => args.length === count) : count > 0;
  if (!fits) throw noSuchOverload(`${name}(${Array(count).fill('arg').join(', ')})`);
}
