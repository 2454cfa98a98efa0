import type { ApiResource, GroupVersionKind, NamespacedName, ObjectRef, PartialObject } from './types.ts';

/** Splits `apps/v1` into group and version; `v1` belongs to the core group, whose name is empty. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  if (slash < 0) return { group: '', version: apiVersion };
  return { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** `apps/v1`, or `v1` for the core group. */
export function formatApiVersion({ group, version }: { group: string; version: string }): string {
  return group ? `${group}/${version}` : version;
}

export function gvkOf(object: { apiVersion: string; kind: string }): GroupVersionKind {
  return { ...parseApiVersion(object.apiVersion), kind: object.kind };
}

export function keyOf(object: PartialObject): NamespacedName {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}

export function refOf(object: PartialObject): ObjectRef {
  return { apiVersion: object.apiVersion, kind: object.kind, ...keyOf(object) };
}

/** The reference of an object whose kind is known by its resource. */
export function refIn(resource: ApiResource, key: NamespacedName): ObjectRef {
  return {
    apiVersion: formatApiVersion(resource),
    kind: resource.kind,
    namespace: key.namespace,
    name: key.name,
  };
}

/** `namespace/name`, or `name` for a cluster-scoped object: the form of log fields and queue keys. */
export function formatKey(key: NamespacedName): string {
  return key.namespace ? `${key.namespace}/${key.name}` : key.name;
}

/** Inverse of {@link formatKey}. */
export function parseKey(text: string): NamespacedName {
  const slash = text.indexOf('/');
  return slash < 0
    ? { namespace: '', name: text }
    : { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

/** `Deployment/apps/web`, or `Namespace/apps`: how Flux names objects in messages. */
export function formatRef(ref: { kind: string } & NamespacedName): string {
  return `${ref.kind}/${formatKey(ref)}`;
}
