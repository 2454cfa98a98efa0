import { EvaluationFailure, noSuchOverload } from '../failure.ts';
import type { Expression, Loop } from '../syntax/ast.ts';
import type { CelValue } from '../types.ts';
import { CelMap } from '../values/map.ts';
import { isList, typeNameOf } from '../values/type-of.ts';
import { evaluate, type Scope, withVariable } from './evaluate.ts';
import { orAbsorb } from './outcome.ts';

/** Evaluates a macro over the elements of a list or the keys of a map. */
export function evaluateLoop(loop: Loop, scope: Scope): CelValue {
  const { form, body, condition } = loop;
  const items = itemsOf(evaluate(loop.range, scope));
  scope.budget.charge(items.length);
  const at = (item: CelValue): Scope => withVariable(scope, loop.variable, item);
  switch (form) {
    case 'all':
    case 'exists':
      return quantify(items, form === 'exists', (item) => evaluate(body, at(item)));
    case 'exists_one':
      return items.filter((item) => holds(body, at(item))).length === 1;
    case 'filter':
      return items.filter((item) => holds(body, at(item)));
    case 'map': {
      const chosen = condition ? items.filter((item) => holds(condition, at(item))) : items;
      return chosen.map((item) => evaluate(body, at(item)));
    }
  }
}

function itemsOf(range: CelValue): readonly CelValue[] {
  if (isList(range)) return range;
  if (range instanceof CelMap) return range.keys();
  throw new EvaluationFailure(`got '${typeNameOf(range)}', expected iterable type`);
}

function holds(predicate: Expression, scope: Scope): boolean {
  const value = evaluate(predicate, scope);
  if (typeof value !== 'boolean') throw noSuchOverload();
  return value;
}

/** Like a long `||` (decisive: true) or `&&` (false): an item that decides outweighs errors of others. */
function quantify(
  items: readonly CelValue[],
  decisive: boolean,
  test: (item: CelValue) => CelValue,
): boolean {
  let failure: EvaluationFailure | undefined;
  for (const item of items) {
    const value = orAbsorb(() => test(item));
    if (value === decisive) return decisive;
    if (value instanceof EvaluationFailure) failure ??= value;
    else if (typeof value !== 'boolean') failure ??= noSuchOverload();
  }
  if (failure) throw failure;
  return !decisive;
}
