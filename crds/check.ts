import { Compile, type Validator } from 'typebox/compile';
import Value from 'typebox/value';
import type { Kind, ObjectOf } from './kind.ts';

/**
 * Checks objects against a kind without an API server: manifests from files, and what an API server returned,
 * which may lack its spec altogether. CEL rules and unknown fields are left to the API server.
 */
export function problemsOf(kind: Kind, value: unknown): string[] {
  if (!isRecord(value)) return ['is not an object'];
  const { apiVersion, kind: name, metadata, spec, status } = value;
  if (apiVersion !== kind.apiVersion || name !== kind.kind) {
    return [`is a ${name} of ${apiVersion}, not a ${kind.kind} of ${kind.apiVersion}`];
  }
  return [
    ...(isRecord(metadata) && typeof metadata['name'] === 'string' && metadata['name'] !== ''
      ? []
      : ['metadata.name: is missing']),
    ...errorsIn(kind, 'spec', spec),
    ...(status === undefined ? [] : errorsIn(kind, 'status', status)),
  ];
}

/** Whether the value is an object of the kind as far as {@link problemsOf} can tell. */
export function isObjectOf<K extends Kind>(kind: K, value: unknown): value is ObjectOf<K> {
  return problemsOf(kind, value).length === 0;
}

/** A copy of an object with the defaults of its spec filled in, as the API server does it. */
export function withDefaults(kind: Kind, value: unknown): unknown {
  if (!isRecord(value)) return value;
  return { ...value, spec: Value.Default(kind.spec, Value.Clone(value['spec'])) };
}

const validators = new WeakMap<object, Validator>();

function errorsIn(kind: Kind, part: 'spec' | 'status', value: unknown): string[] {
  const schema = kind[part];
  if (!schema) return [];
  const validator = validators.get(schema) ?? Compile(schema);
  validators.set(schema, validator);
  if (validator.Check(value)) return [];
  return validator
    .Errors(value)
    .map(({ instancePath, message }) => `${part}${instancePath.replaceAll('/', '.')}: ${message}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
