import { isRecord, stringAt } from '@flux-host/host/json.ts';

/** The name of a list's entry. */
export type Naming = (entry: unknown) => string;

/** Fields that usually name an entry, in the order in which they are tried; the last one is that of managed fields. */
const usual = ['name', 'key', 'id', 'manager'];

/** Another field has to name more entries than this: in short lists too many things are different by chance. */
const fewEntries = 3;

/** What names the entries of both lists; undefined when nothing does. */
export function identifierOf(from: readonly unknown[], to: readonly unknown[]): Naming | undefined {
  const named = usual.find((field) => names(field, from, isAny) && names(field, to, isAny));
  if (named) return byField(named);
  const other = sharedFields(from).find(
    (field) => from.length > fewEntries && names(field, from, isText) && names(field, to, isText),
  );
  if (other !== undefined) return byField(other);
  return [...from, ...to].every((entry) => resourceName(entry) !== undefined)
    ? (entry) => resourceName(entry) ?? ''
    : undefined;
}

const isAny = () => true;
const isText = (value: unknown) => typeof value === 'string';

function byField(field: string): Naming {
  return (entry) => String(isRecord(entry) ? entry[field] : '');
}

/** Whether a field is in every entry, each time with another value. */
function names(field: string, list: readonly unknown[], fits: (value: unknown) => boolean): boolean {
  const values = list.flatMap((entry) =>
    isRecord(entry) && Object.hasOwn(entry, field) && fits(entry[field]) ? [String(entry[field])] : [],
  );
  return list.length > 0 && values.length === list.length && new Set(values).size === list.length;
}

function sharedFields([first]: readonly unknown[]): string[] {
  return isRecord(first) ? Object.keys(first).sort() : [];
}

/** `v1/ConfigMap/apps/settings` of a Kubernetes object. */
function resourceName(entry: unknown): string | undefined {
  const parts = [
    stringAt(entry, 'apiVersion'),
    stringAt(entry, 'kind'),
    stringAt(entry, 'metadata', 'namespace') ?? '',
    stringAt(entry, 'metadata', 'name'),
  ];
  return parts.includes(undefined) ? undefined : parts.filter(Boolean).join('/');
}
