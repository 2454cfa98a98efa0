import type { ConfigOf, ConfigSchema } from './requests.ts';

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy of the value in which properties that are missing have the `default` of their schema, at every depth. */
function complete(schema: unknown, value: unknown): unknown {
  if (!isRecord(schema)) return value;
  if (value === undefined) {
    if ('default' in schema) return structuredClone(schema['default']);
    return value;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => complete(schema['items'], item));
  if (!isRecord(value) || !isRecord(schema['properties'])) return value;
  const missing = Object.entries(schema['properties'])
    .map(([name, property]) => [name, complete(property, value[name])] as const)
    .filter(([, completed]) => completed !== undefined);
  return { ...value, ...Object.fromEntries(missing) };
}

/** The settings as the handler sees them. That they fit the schema was checked by the host. */
export function configOf<Schema extends ConfigSchema | undefined>(
  schema: Schema,
  value: unknown,
): ConfigOf<Schema> {
  return complete(schema, value ?? {}) as ConfigOf<Schema>;
}
