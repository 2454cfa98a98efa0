import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../json.ts';

/**
 * Whether an upgrade that preserves values (`helm upgrade --reuse-values`) would leave the values of a release as they are:
 * what is set now was set then, and `null` takes away what is not there any more.
 */
export function isPreserved(config: unknown, values: unknown): boolean {
  if (values === null || values === undefined) return config === null || config === undefined;
  if (!isRecord(values)) return isDeepStrictEqual(config, values);
  if (!isRecord(config)) return false;
  return Object.entries(values).every(([key, value]) => isPreserved(config[key], value));
}
