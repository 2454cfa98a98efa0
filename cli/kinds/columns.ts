import { at, stringAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { truncateHex } from '../output/truncate.ts';
import type { Column } from './types.ts';

/** Revision of the artifact of a source, hashes shortened. */
export const artifactRevision: Column = {
  header: 'Revision',
  value: (object) => truncateHex(stringAt(object, 'status', 'artifact', 'revision') ?? ''),
};

export const suspended: Column = {
  header: 'Suspended',
  value: (object) => (isSuspended(object) ? 'True' : 'False'),
};

export function isSuspended(object: KubeObject): boolean {
  return at(object, 'spec', 'suspend') === true;
}

/** A column with a string of the object, empty when it is not there. */
export function text(header: string, ...path: readonly string[]): Column {
  return { header, value: (object) => stringAt(object, ...path) ?? '' };
}

/** `Kind/namespace/name` of a reference; its namespace defaults to the object's. */
export function referenceText(object: KubeObject, ...path: readonly string[]): string {
  const namespace = stringAt(object, ...path, 'namespace') || object.metadata.namespace || '';
  return `${stringAt(object, ...path, 'kind') ?? ''}/${namespace}/${stringAt(object, ...path, 'name') ?? ''}`;
}

export function fetched(object: KubeObject): string {
  return `fetched revision ${stringAt(object, 'status', 'artifact', 'revision') ?? ''}`;
}
