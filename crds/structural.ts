import type { TSchema } from 'typebox';

/** A structural OpenAPI v3 schema as a CustomResourceDefinition holds it. */
export interface StructuralSchema {
  type?: string;
  description?: string;
  properties?: Record<string, StructuralSchema>;
  required?: string[];
  items?: StructuralSchema;
  additionalProperties?: StructuralSchema;
  [keyword: string]: unknown;
}

/** Keywords that mean the same in JSON Schema and in a CRD. */
const shared = new Set([
  'type',
  'description',
  'default',
  'enum',
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'x-kubernetes-validations',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
  'x-kubernetes-preserve-unknown-fields',
]);

/**
 * Turns a TypeBox schema into the form that the API server accepts.
 * @throws Error on a keyword that has no counterpart, so that no constraint is lost silently
 */
export function toStructural(schema: TSchema): StructuralSchema {
  return convert(schema, '');
}

function convert(schema: object, path: string): StructuralSchema {
  const result: StructuralSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (shared.has(keyword)) {
      result[keyword] = value;
    } else if (keyword === 'properties' && isObject(value)) {
      result.properties = Object.fromEntries(
        sorted(Object.entries(value)).map(([name, child]) => [name, convert(child, `${path}.${name}`)]),
      );
    } else if (keyword === 'required' && isStrings(value)) {
      result.required = value.toSorted();
    } else if (keyword === 'items' && isObject(value)) {
      result.items = convert(value, `${path}[]`);
    } else if (keyword === 'patternProperties' && isObject(value)) {
      // A free-form object has no schema for its values: the API server keeps them as they are.
      if (!('x-kubernetes-preserve-unknown-fields' in schema)) {
        const [values = {}] = Object.values(value);
        result.additionalProperties = convert(values, `${path}{}`);
      }
    } else {
      throw new Error(`${path || '.'}: "${keyword}" cannot be expressed in a CustomResourceDefinition`);
    }
  }
  return result;
}

function sorted(entries: [string, object][]): [string, object][] {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function isObject(value: unknown): value is Record<string, object> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
