import { noSuchOverload } from '../failure.ts';
import { CelMap } from '../values/map.ts';
import { CelType } from '../values/scalars.ts';
import { isList, typeNameOf } from '../values/type-of.ts';
import { arity, type CelFunction } from './types.ts';

/** Functions for values of many types. */
export const collectionFunctions: Readonly<Record<string, CelFunction>> = {
  size(args, budget) {
    arity(args, 1);
    const [value = null] = args;
    if (typeof value === 'string') {
      budget.chargeBytes(value.length);
      return BigInt([...value].length);
    }
    if (isList(value) || value instanceof Uint8Array) return BigInt(value.length);
    if (value instanceof CelMap) return BigInt(value.size);
    throw noSuchOverload('size');
  },
  type(args) {
    arity(args, 1);
    return new CelType(typeNameOf(args[0] ?? null));
  },
  dyn(args) {
    arity(args, 1);
    return args[0] ?? null;
  },
};
