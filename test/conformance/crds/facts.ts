/** What a CustomResourceDefinition says, without descriptions, in the form of the conformance vectors. */
export interface CrdFacts {
  readonly group: unknown;
  readonly kind: unknown;
  readonly names: unknown;
  readonly scope: unknown;
  readonly versions: readonly VersionFacts[];
}

export interface VersionFacts {
  readonly name: unknown;
  readonly storage: unknown;
  readonly subresources: unknown;
  readonly printerColumns: unknown;
  /** By path: `.spec.x`, `[]` for items, `{}` for map values. */
  readonly schema: SchemaFacts;
}

export type SchemaFacts = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** @param crd a CustomResourceDefinition as parsed from YAML */
export function factsOf(crd: unknown): CrdFacts {
  const spec = record(record(crd)['spec']);
  const names = record(spec['names']);
  return {
    group: spec['group'],
    kind: names['kind'],
    names,
    scope: spec['scope'],
    versions: list(spec['versions']).map((item) => {
      const version = record(item);
      return {
        name: version['name'],
        storage: version['storage'],
        subresources: version['subresources'] ?? {},
        printerColumns: version['additionalPrinterColumns'] ?? [],
        schema: Object.fromEntries(schemaFacts(record(record(version['schema'])['openAPIV3Schema']), '.')),
      };
    }),
  };
}

function* schemaFacts(
  schema: Record<string, unknown>,
  path: string,
): Generator<[string, Record<string, unknown>]> {
  const {
    description: _,
    properties,
    items,
    additionalProperties,
    required,
    'x-kubernetes-validations': rules,
    ...facts
  } = schema;
  if (Array.isArray(required)) facts['required'] = required.toSorted();
  if (rules !== undefined) facts['cel'] = list(rules).map((rule) => record(rule)['rule']);
  if (typeof additionalProperties === 'boolean') facts['additionalProperties'] = additionalProperties;
  yield [path, facts];
  const prefix = path === '.' ? '' : path;
  for (const [name, child] of Object.entries(properties ?? {})) {
    yield* schemaFacts(record(child), `${prefix}.${name}`);
  }
  if (items !== undefined) yield* schemaFacts(record(items), `${prefix}[]`);
  if (typeof additionalProperties === 'object') {
    yield* schemaFacts(record(additionalProperties), `${prefix}{}`);
  }
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`expected an object, got ${JSON.stringify(value)}`);
  }
  return Object.fromEntries(Object.entries(value));
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error(`expected a list, got ${JSON.stringify(value)}`);
  return value;
}
