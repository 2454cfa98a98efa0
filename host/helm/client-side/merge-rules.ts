import { at, isRecord, listAt, stringAt } from '../../json.ts';
import type { GroupVersionKind } from '../../kube/types.ts';

/** How a field of a built-in kind is merged: what its Go type says in its tags. */
export interface FieldRule {
  /** Rules of the value, or of the items of a list. */
  readonly type?: string;
  /** `merge`, `replace`, `retainKeys`; without any, maps are merged and lists replaced. */
  readonly strategies: ReadonlySet<string>;
  /** The field by which items of a list are told apart. */
  readonly mergeKey?: string;
}

/** Rules of the kinds of one API version. */
export interface MergeRules {
  /** Where the rules of a kind begin. */
  typeOf(gvk: GroupVersionKind): string | undefined;
  fieldOf(type: string | undefined, field: string): FieldRule | undefined;
}

const prefix = '#/components/schemas/';

/** Takes from an OpenAPI document of an API server what strategic merge patches depend on, and forgets the rest. */
export function mergeRules(document: unknown): MergeRules {
  const fields = new Map<string, ReadonlyMap<string, FieldRule>>();
  const roots = new Map<string, string>();
  const schemas = at(document, 'components', 'schemas');
  for (const [name, schema] of Object.entries(isRecord(schemas) ? schemas : {})) {
    fields.set(name, fieldsOf(schema));
    for (const gvk of listAt(schema, 'x-kubernetes-group-version-kind')) roots.set(idOf(gvk), name);
  }
  return {
    typeOf: (gvk) => roots.get(idOf(gvk)),
    fieldOf: (type, field) => (type === undefined ? undefined : fields.get(type)?.get(field)),
  };
}

const idOf = (gvk: unknown): string =>
  [stringAt(gvk, 'group'), stringAt(gvk, 'version'), stringAt(gvk, 'kind')].join('/');

function fieldsOf(schema: unknown): ReadonlyMap<string, FieldRule> {
  const properties = at(schema, 'properties');
  const rules = new Map<string, FieldRule>();
  for (const [name, property] of Object.entries(isRecord(properties) ? properties : {})) {
    const strategies = stringAt(property, 'x-kubernetes-patch-strategy')?.split(',') ?? [];
    const mergeKey = stringAt(property, 'x-kubernetes-patch-merge-key');
    const type = typeIn(property);
    if (!type && strategies.length === 0) continue;
    rules.set(name, {
      strategies: new Set(strategies),
      ...(type ? { type } : {}),
      ...(mergeKey ? { mergeKey } : {}),
    });
  }
  return rules;
}

/** The schema that a property refers to, itself or for its items. */
function typeIn(property: unknown): string | undefined {
  for (const place of [property, at(property, 'items')]) {
    const references: unknown[] = [place, ...listAt(place, 'allOf')];
    const found = references.map((each) => stringAt(each, '$ref')).find((ref) => ref?.startsWith(prefix));
    if (found) return found.slice(prefix.length);
  }
  return undefined;
}
