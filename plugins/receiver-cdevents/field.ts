/** What a field of an event has to be. An absent field, `null` and an empty text are the same to CDEvents' own library. */
export type Field =
  | { readonly kind: 'text'; readonly oneOf?: readonly string[]; readonly prefix?: string }
  | { readonly kind: 'texts' }
  | { readonly kind: 'object'; readonly fields: Fields };

/** By name; the name of one that has to be there ends with `!`. */
export type Fields = Readonly<Record<string, Field>>;

export const text: Field = { kind: 'text' };
export const texts: Field = { kind: 'texts' };
export const packageUrl: Field = { kind: 'text', prefix: 'pkg:' };
export const oneOf = (...values: readonly string[]): Field => ({ kind: 'text', oneOf: values });
export const object = (fields: Fields): Field => ({ kind: 'object', fields });

/** Of what names another thing, such as the repository of a change. */
export const referenceFields: Fields = { 'id!': text, source: text };
export const reference = object(referenceFields);

/**
 * What is wrong with a value, as a sentence; undefined when nothing is. Fields that nobody knows are none of our business.
 * @param path of the value, for the sentence
 */
export function problemOf(value: unknown, fields: Fields, path: string): string | undefined {
  if (!isObject(value)) return `${path} is not an object`;
  for (const [key, field] of Object.entries(fields)) {
    const required = key.endsWith('!');
    const name = required ? key.slice(0, -1) : key;
    const problem = fieldProblem(value[name], field, `${path}.${name}`, required);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function fieldProblem(value: unknown, field: Field, path: string, required: boolean): string | undefined {
  if (value === undefined || value === null || value === '') {
    return required ? `${path} is missing` : undefined;
  }
  if (field.kind === 'object') return problemOf(value, field.fields, path);
  if (field.kind === 'texts') {
    return Array.isArray(value) && value.every((item) => typeof item === 'string')
      ? undefined
      : `${path} is not a list of texts`;
  }
  if (typeof value !== 'string') return `${path} is not a text`;
  if (field.oneOf && !field.oneOf.includes(value)) return `${path} is none of ${field.oneOf.join(', ')}`;
  if (field.prefix && !value.startsWith(field.prefix)) return `${path} does not start with ${field.prefix}`;
  return undefined;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
