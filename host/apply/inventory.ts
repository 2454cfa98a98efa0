import { formatApiVersion, parseApiVersion } from '../kube/object.ts';
import type { ObjectRef } from '../kube/types.ts';
import { inventoryIdInvalid } from './errors.ts';
import { compareApplyOrder } from './order.ts';
import type { InventoryEntry } from './types.ts';

const rbacKinds = new Set(['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding']);

/**
 * Flux's identifier of an object, `<namespace>_<name>_<group>_<kind>`: the version is left out because the same
 * object is served in several. Colons, which only names of RBAC objects contain, become two underscores.
 */
export function objectId(ref: ObjectRef): string {
  const { group } = parseApiVersion(ref.apiVersion);
  const rbac = group === 'rbac.authorization.k8s.io' && rbacKinds.has(ref.kind);
  const name = rbac ? ref.name.replaceAll(':', '__') : ref.name;
  return `${ref.namespace}_${name}_${group}_${ref.kind}`;
}

/** @throws FluxError FLUX_E_INVENTORY_ID when the id does not have four parts */
export function refOfEntry(entry: InventoryEntry): ObjectRef {
  const match = /^(?<namespace>[^_]*)_(?<name>.*)_(?<group>[^_]*)_(?<kind>[^_]*)$/.exec(entry.id)?.groups;
  if (!match?.['name'] || !match['kind']) throw inventoryIdInvalid(entry.id);
  return {
    apiVersion: formatApiVersion({ group: match['group'] ?? '', version: entry.v }),
    kind: match['kind'],
    namespace: match['namespace'] ?? '',
    name: match['name'].replaceAll('__', ':'),
  };
}

export function entryOf(ref: ObjectRef): InventoryEntry {
  return { id: objectId(ref), v: parseApiVersion(ref.apiVersion).version };
}

/** The inventory of a set of objects, in the order of applying, each object once. */
export function inventoryOf(refs: Iterable<ObjectRef>): InventoryEntry[] {
  const ordered = [...refs].sort((a, b) => compareApplyOrder(ordering(a), ordering(b)));
  const entries = new Map(ordered.map((ref) => [objectId(ref), entryOf(ref)]));
  return [...entries.values()];
}

/** Entries of `before` that `after` lacks: what to prune. A new version of an entry is the same object. */
export function difference(
  before: readonly InventoryEntry[],
  after: readonly InventoryEntry[],
): InventoryEntry[] {
  const kept = new Set(after.map((entry) => entry.id));
  return before.filter((entry) => !kept.has(entry.id));
}

/** `entries` with those of `more` that it lacks, e.g. objects that could not be pruned. */
export function merge(entries: readonly InventoryEntry[], more: readonly InventoryEntry[]): InventoryEntry[] {
  return [...entries, ...difference(more, entries)];
}

/** What {@link compareApplyOrder} needs of a reference. */
export function ordering(ref: ObjectRef): ObjectRef & { group: string } {
  return { ...ref, group: parseApiVersion(ref.apiVersion).group };
}
