import { collectionFunctions } from './collections.ts';
import { conversions } from './conversions.ts';
import { encoderFunctions } from './encoders.ts';
import { format } from './format.ts';
import { matches } from './matches.ts';
import { lazyOptionalFunctions, optionalFunctions } from './optional.ts';
import { setFunctions } from './sets.ts';
import { sliceFunctions } from './slices.ts';
import { stringFunctions } from './strings.ts';
import { timeFunctions } from './time.ts';
import type { CelFunction, LazyFunction } from './types.ts';

/** All functions and methods by name; the target of a method is its first argument. */
export const functions: {
  readonly eager: ReadonlyMap<string, CelFunction>;
  /** Those that look at their second argument only when they need it. */
  readonly lazy: ReadonlyMap<string, LazyFunction>;
} = {
  eager: new Map(
    Object.entries({
      ...collectionFunctions,
      ...conversions,
      ...encoderFunctions,
      ...optionalFunctions,
      ...setFunctions,
      ...sliceFunctions,
      ...stringFunctions,
      ...timeFunctions,
      format,
      matches,
    }),
  ),
  lazy: new Map(Object.entries(lazyOptionalFunctions)),
};

/** Whether there is a function of that full name, e.g. `sets.contains`. */
export function isFunction(name: string): boolean {
  return functions.eager.has(name);
}
