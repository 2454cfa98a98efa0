import { hash } from 'node:crypto';
import type { ManagedFieldsEntry, PartialObject } from '../kube/types.ts';

/**
 * A digest that changes with every write to an object except those to its status. Every write of a client is recorded
 * in `managedFields` with its manager, time and fields, and status writes are recorded apart, so that those entries
 * tell the two from each other, for kinds without `generation` too.
 */
export function fingerprint({ metadata }: Pick<PartialObject, 'metadata'>): string {
  const writes = (metadata.managedFields ?? []).filter((entry) => entry.subresource !== 'status');
  const parts = [metadata.uid, metadata.generation, metadata.deletionTimestamp, writes.map(signature)];
  return digest(JSON.stringify(parts));
}

function signature(entry: ManagedFieldsEntry): unknown[] {
  return [entry.manager, entry.operation, entry.subresource, entry.time, entry.fieldsV1];
}

/** 128 bits of SHA-256, enough to tell states of one object from each other, in 22 characters. */
export function digest(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}
