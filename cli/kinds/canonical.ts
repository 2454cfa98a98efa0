import type { Kind } from '@flux-host/crds/kind.ts';
import { type StructuralSchema, toStructural } from '@flux-host/crds/structural.ts';
import { formatDuration, parseDuration } from '@flux-host/host/duration/duration.ts';
import { isRecord } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';

/** What can be kept in Git of an object: no status, no bookkeeping of the API server. */
export type Exported = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'> & { spec: unknown };

/**
 * An object as Flux exports it. Flux reads objects into Go structs and writes those, which drops optional fields with a
 * zero value and spells durations out (`5m` becomes `5m0s`); the schema of the kind tells which those are.
 * @param pointers dotted paths of optional fields whose zero value is kept
 */
export function exported(kind: Kind, object: KubeObject, pointers: readonly string[] = []): Exported {
  const { name, namespace, labels, annotations } = object.metadata;
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: {
      name,
      ...(namespace && { namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    },
    spec: canonical(object['spec'] ?? {}, {
      schema: toStructural(kind.spec),
      path: '',
      kept: new Set(pointers),
    }),
  };
}

interface Place {
  readonly schema: StructuralSchema | undefined;
  readonly path: string;
  readonly kept: ReadonlySet<string>;
}

function canonical(value: unknown, { schema, path, kept }: Place): unknown {
  if (typeof value === 'string') return isDuration(schema) ? durationText(value) : value;
  if (Array.isArray(value))
    return value.map((item) => canonical(item, { schema: schema?.items, path, kept }));
  if (!isRecord(value)) return value;
  const fields = Object.entries(value).flatMap(([name, field]) => {
    const at = path ? `${path}.${name}` : name;
    const inner = schema?.properties?.[name];
    // What is inside of maps and free-form fields belongs to the user.
    const mayDrop = inner !== undefined && !schema?.required?.includes(name) && !kept.has(at);
    if (mayDrop && isZero(field)) return [];
    const next = inner ?? schema?.additionalProperties;
    return [[name, canonical(field, { schema: next, path: at, kept })] as const];
  });
  return Object.fromEntries(fields);
}

function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || value === false || value === 0 || value === '';
}

function isDuration(schema: StructuralSchema | undefined): boolean {
  const { pattern } = schema ?? {};
  return typeof pattern === 'string' && pattern.startsWith('^([0-9]+(\\.[0-9]+)?(ms|s|m');
}

function durationText(value: string): string {
  try {
    return formatDuration(parseDuration(value));
  } catch {
    return value;
  }
}
