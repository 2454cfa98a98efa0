import { PluginError } from '@flux-host/sdk/typescript';
import { load } from 'js-yaml';

export type Values = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws PluginError when the text is no YAML map */
export function valuesOf(text: string, file: string): Values {
  let values: unknown;
  try {
    values = load(text) ?? {};
  } catch (error) {
    throw new PluginError(`${file} is not YAML: ${error instanceof Error ? error.message : error}`, {
      terminal: true,
    });
  }
  if (isMap(values)) return values;
  throw new PluginError(`${file} has to be a map of values`, { terminal: true });
}

/** Maps are merged at every depth; everything else is replaced. */
export function merged(below: Values, above: Values): Values {
  const both = Object.entries(above).map(([key, value]) => {
    const old = below[key];
    return [key, isMap(old) && isMap(value) ? merged(old, value) : value] as const;
  });
  return { ...below, ...Object.fromEntries(both) };
}
