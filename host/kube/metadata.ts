import { formatApiVersion } from './object.ts';
import type { ApiResource, PartialObject } from './types.ts';

/** `Accept` header that asks for metadata only; a server that cannot sends whole objects. */
export function metadataAccept(as: 'PartialObjectMetadata' | 'PartialObjectMetadataList'): string {
  return `application/json;as=${as};g=meta.k8s.io;v=v1,application/json`;
}

/**
 * Puts the kind onto an object in place: items of a list come without, and metadata-only answers say `PartialObjectMetadata`.
 */
export function withKind<T extends PartialObject>(object: T, resource: ApiResource): T {
  object.apiVersion = formatApiVersion(resource);
  object.kind = resource.kind;
  return object;
}

/** Only the metadata, whatever the server sent. */
export function metadataOf(object: PartialObject, resource: ApiResource): PartialObject {
  return { apiVersion: formatApiVersion(resource), kind: resource.kind, metadata: object.metadata };
}
