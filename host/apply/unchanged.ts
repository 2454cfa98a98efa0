import { isDeepStrictEqual } from 'node:util';
import { isEmpty, isRecord, type Json } from '../json.ts';
import type { KubeObject } from '../kube/types.ts';
import { holdsQuantities, sameQuantity } from './quantity.ts';

/**
 * Whether applying `desired` would certainly change nothing, told from the live object and the fields in it that the
 * manager owns: it owns exactly the fields of `desired`, and they have its values. False means "not certain", e.g.
 * because the API server writes a quantity in another form; a dry run then tells.
 */
export function isApplied(desired: KubeObject, live: KubeObject, fieldManager: string): boolean {
  const entry = live.metadata.managedFields?.find(
    ({ manager, operation, subresource }) =>
      manager === fieldManager && operation === 'Apply' && !subresource,
  );
  if (!entry?.fieldsV1 || entry.apiVersion !== desired.apiVersion) return false;
  const { apiVersion: _version, kind: _kind, metadata, ...content } = desired;
  const { labels, annotations, finalizers, ownerReferences } = metadata;
  const owned = { labels, annotations, finalizers, ownerReferences };
  const present = Object.entries(owned).filter(([, value]) => value !== undefined);
  return coversMap({ ...content, metadata: Object.fromEntries(present) }, live, entry.fieldsV1);
}

/** A value at a path, what lives there, and the owned fields below it. */
function covers(desired: unknown, live: unknown, fields: unknown): boolean {
  if (!isRecord(fields)) return false;
  // Owned as a whole, or empty: what others have put in there since may stay or not, which the schema would tell.
  if (isLeaf(fields)) return isDeepStrictEqual(desired, live) || (isEmpty(desired) && isEmpty(live));
  if (isRecord(desired)) return isRecord(live) && coversMap(desired, live, fields);
  return Array.isArray(desired) && Array.isArray(live) && coversList(desired, live, fields);
}

function isLeaf(fields: unknown): boolean {
  return isRecord(fields) && Object.keys(fields).length === 0;
}

function coversMap(desired: Json, live: Json, fields: Json): boolean {
  const owned = Object.keys(fields).filter((field) => field !== '.');
  const keys = Object.keys(desired).filter((key) => !isEmptyMetadata(key, desired[key], fields));
  if (owned.length !== keys.length) return false;
  return keys.every((key) => {
    const pair = { key, desired: desired[key], live: live[key], fields: fields[`f:${key}`] };
    return covers(pair.desired, pair.live, pair.fields) || isDefaulted(pair) || coversQuantities(pair);
  });
}

/** What is asked for and what lives in a field, and the owned fields below it. */
interface Field {
  readonly key: string;
  readonly desired: unknown;
  readonly live: unknown;
  readonly fields: unknown;
}

/** Empty values that Go types write whose content is the API server's defaults or of other owners, e.g. `spec` of a Namespace. */
const defaulted = new Set(['strategy', 'updateStrategy', 'resources', 'spec']);

function isDefaulted({ key, desired, live, fields }: Field): boolean {
  return defaulted.has(key) && isLeaf(fields) && isRecord(desired) && isEmpty(desired) && isRecord(live);
}

/** A map of quantities that are written in another form. */
function coversQuantities({ key, desired, live, fields }: Field): boolean {
  if (!holdsQuantities(key) || !isRecord(desired) || !isRecord(live)) return false;
  const canonical = Object.entries(desired).map(([name, value]) => [
    name,
    sameQuantity(value, live[name]) ? live[name] : value,
  ]);
  return covers(Object.fromEntries(canonical), live, fields);
}

// Metadata of which nothing is owned has no entry of its own.
function isEmptyMetadata(key: string, value: unknown, fields: Json): boolean {
  return (
    key === 'metadata' && !('f:metadata' in fields) && isRecord(value) && Object.keys(value).length === 0
  );
}

/** Lists whose items are owned one by one: by key fields (`k:{…}`) or by value (`v:…`). */
function coversList(desired: readonly unknown[], live: readonly unknown[], fields: Json): boolean {
  const owned = Object.entries(fields).filter(([field]) => field !== '.');
  if (owned.length !== desired.length) return false;
  let position = -1;
  for (const item of desired) {
    const found = owned.find(([field]) => selects(field, item));
    if (!found) return false;
    const [field, below] = found;
    // The applied order wins over the live one, so that another order is a change.
    position = live.findIndex((candidate, index) => index > position && selects(field, candidate));
    if (position < 0) return false;
    if (field.startsWith('k:') && !coversItem(item, live[position], below)) return false;
  }
  return true;
}

function coversItem(desired: unknown, live: unknown, fields: unknown): boolean {
  return isRecord(desired) && isRecord(live) && isRecord(fields) && coversMap(desired, live, fields);
}

/** Whether a field of `fieldsV1` such as `k:{"name":"web"}` or `v:"a"` names the list item. */
export function selects(field: string, item: unknown): boolean {
  const wanted: unknown = JSON.parse(field.slice(2));
  if (field.startsWith('v:')) return wanted === item;
  if (!isRecord(wanted) || !isRecord(item)) return false;
  return Object.entries(wanted).every(([key, value]) => item[key] === value);
}
