import { PluginError } from '@flux-host/sdk/typescript';

/** A field of the entry in a file's `sops` metadata. @throws PluginError that names it when it is missing */
export function fieldOf(key: Readonly<Record<string, unknown>>, name: string): string {
  const value = key[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new PluginError(`the entry in the sops metadata has no ${name}`);
}

/** A field that may be missing. */
export function optionalField(key: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = key[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
