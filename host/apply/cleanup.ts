import { isRecord, type Json } from '../json.ts';
import type { ManagedFieldsEntry, PartialObject } from '../kube/types.ts';
import { formatPointer } from './pointer.ts';

export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'test';
  readonly path: string;
  readonly value?: unknown;
}

/** Left behind by kubectl and by the first version of Flux. */
const annotations = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'kustomize.toolkit.fluxcd.io/checksum',
  'fluxcd.io/sync-checksum',
];
const labels = ['fluxcd.io/sync-gc-mark'];

export interface TakeoverOptions {
  readonly fieldManager: string;
  /** Managers to take over from besides kubectl (`--override-manager`). */
  readonly overrideManagers?: readonly string[];
}

/** Whether {@link cleanupPatch} would have something to do. */
export function needsCleanup(object: Pick<PartialObject, 'metadata'>, options: TakeoverOptions): boolean {
  const { metadata } = object;
  if (annotations.some((key) => metadata.annotations?.[key] !== undefined)) return true;
  if (labels.some((key) => metadata.labels?.[key] !== undefined)) return true;
  return (metadata.managedFields ?? []).some(isForeign(options));
}

/**
 * The patch that hands the fields of kubectl and of other overridden managers to the own manager, so that a field which
 * the repository does not have is removed by the next apply, and that removes obsolete annotations and labels.
 * It only holds for the resourceVersion that it was made from. Empty when there is nothing to do.
 */
export function cleanupPatch(object: PartialObject, options: TakeoverOptions): JsonPatchOperation[] {
  const { metadata } = object;
  const patch = [
    ...removals('annotations', annotations, metadata.annotations),
    ...removals('labels', labels, metadata.labels),
    ...takeover(metadata.managedFields ?? [], options),
  ];
  if (patch.length === 0) return [];
  return [{ op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion }, ...patch];
}

/** Rewrites every entry of `managedFields` to the API version: gate MigrateAPIVersion. Empty when all have it. */
export function migrationPatch(object: PartialObject, apiVersion: string): JsonPatchOperation[] {
  const entries = object.metadata.managedFields ?? [];
  if (entries.every((entry) => entry.apiVersion === apiVersion)) return [];
  const migrated = entries.map((entry) => ({ ...entry, apiVersion }));
  return [
    { op: 'test', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion },
    { op: 'replace', path: '/metadata/managedFields', value: migrated },
  ];
}

function removals(
  field: string,
  keys: readonly string[],
  found: Record<string, string> | undefined,
): JsonPatchOperation[] {
  return keys
    .filter((key) => found?.[key] !== undefined)
    .map((key) => ({ op: 'remove', path: formatPointer(['metadata', field, key]) }));
}

function isForeign({ fieldManager, overrideManagers = [] }: TakeoverOptions) {
  return (entry: ManagedFieldsEntry): boolean => {
    if (entry.subresource || !entry.manager) return false;
    const begins = (name: string): boolean => entry.manager?.startsWith(name) ?? false;
    if (overrideManagers.some(begins) || begins('kubectl')) return !isOwn(entry, fieldManager);
    return entry.operation === 'Update' && (begins('before-first-apply') || begins(fieldManager));
  };
}

function isOwn(entry: ManagedFieldsEntry, fieldManager: string): boolean {
  return entry.manager === fieldManager && entry.operation === 'Apply' && !entry.subresource;
}

function takeover(entries: readonly ManagedFieldsEntry[], options: TakeoverOptions): JsonPatchOperation[] {
  const foreign = entries.filter(isForeign(options));
  const [renamed] = foreign;
  if (!renamed) return [];
  const own = entries.find((entry) => isOwn(entry, options.fieldManager));
  const rest = entries.filter((entry) => entry !== own && !foreign.includes(entry));
  const base = own ?? { ...renamed, manager: options.fieldManager, operation: 'Apply' };
  const fieldsV1 = foreign.reduce<Json>(
    (fields, entry) => union(fields, entry.fieldsV1 ?? {}),
    base.fieldsV1 ?? {},
  );
  return [{ op: 'replace', path: '/metadata/managedFields', value: [...rest, { ...base, fieldsV1 }] }];
}

/** All fields of both sets of fields. */
function union(a: Json, b: Json): Json {
  const result: Json = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const present = result[key];
    result[key] = isRecord(present) && isRecord(value) ? union(present, value) : (present ?? value);
  }
  return result;
}
