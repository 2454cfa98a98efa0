import type { Budget } from '../budget.ts';
import type { CelValue } from '../types.ts';
import { equals } from '../values/equals.ts';
import { isList } from '../values/type-of.ts';
import { type CelFunction, unsuitable } from './types.ts';

type Items = readonly CelValue[];

/** cel-go's `ext.Sets`: lists as sets, by CEL's equality. */
export const setFunctions: Readonly<Record<string, CelFunction>> = {
  'sets.contains': of('sets.contains', (a, b, budget) => containsAll(a, b, budget)),
  'sets.equivalent': of(
    'sets.equivalent',
    (a, b, budget) => containsAll(a, b, budget) && containsAll(b, a, budget),
  ),
  'sets.intersects': of('sets.intersects', (a, b, budget) => a.some((item) => includes(b, item, budget))),
};

function of(name: string, test: (a: Items, b: Items, budget: Budget) => boolean): CelFunction {
  return (args, budget) => {
    const [a = null, b = null] = args;
    if (args.length !== 2 || !isList(a) || !isList(b)) {
      throw unsuitable(name, args);
    }
    return test(a, b, budget);
  };
}

function includes(items: Items, wanted: CelValue, budget: Budget): boolean {
  return items.some((item) => equals(item, wanted, budget));
}

function containsAll(items: Items, wanted: Items, budget: Budget): boolean {
  return wanted.every((item) => includes(items, item, budget));
}
