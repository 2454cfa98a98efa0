import { PluginError } from '@flux-host/sdk/typescript';

/** What a field has to be where it is there: `null` and absent fields are fine. */
export type Shape = 'string' | readonly [Shape] | { readonly [field: string]: Shape };

/**
 * Checks that JSON has the fields that a sender is known to send, with their types, so that a request of another sender is noticed.
 * @param sender for messages, e.g. `Quay`
 * @throws PluginError naming the first field that is something else
 */
export function checkShape(value: unknown, shape: Shape, sender: string): void {
  const wrong = mismatch(value, shape, '');
  if (wrong === undefined) return;
  throw new PluginError(`cannot decode ${sender} webhook payload: ${wrong}`, {
    hint: `requests to this Receiver have to come from ${sender}`,
  });
}

/** The text at a path of field names; empty where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = path.reduce<unknown>((at, field) => (isObject(at) ? at[field] : undefined), value);
  return typeof found === 'string' ? found : '';
}

function mismatch(value: unknown, shape: Shape, path: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (shape === 'string') return typeof value === 'string' ? undefined : `${path} is not a string`;
  if (isList(shape)) {
    if (!Array.isArray(value)) return `${path} is not a list`;
    return first(value, (item: unknown, index) => mismatch(item, shape[0], `${path}[${index}]`));
  }
  if (!isObject(value)) return `${path || 'it'} is not an object`;
  return first(Object.entries(shape), ([name, field]) =>
    mismatch(value[name], field, path ? `${path}.${name}` : name),
  );
}

function first<T>(items: readonly T[], check: (item: T, index: number) => string | undefined) {
  for (const [index, item] of items.entries()) {
    const found = check(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
