import { createHash } from 'node:crypto';
import type { Metadata } from '../document/metadata.ts';

/** What has to be unwrapped to read a file. Equal ones have equal ids. */
export interface WrappedDataKey extends Pick<Metadata, 'groups' | 'threshold'> {
  readonly id: string;
}

/** Data keys by the id of what they were wrapped in. */
export type DataKeys = Readonly<Record<string, Uint8Array>>;

export function wrappedKeyOf({ groups, threshold }: Pick<Metadata, 'groups' | 'threshold'>): WrappedDataKey {
  const id = createHash('sha256')
    .update(JSON.stringify([groups, threshold], canonical))
    .digest('hex');
  return { id, groups, threshold };
}

/** A builder puts entries in another order, and writes times in another way. */
function canonical(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([name]) => name !== 'created_at');
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @throws Error when it was not asked for: a mistake of this program */
export function keyFor(keys: DataKeys, metadata: Pick<Metadata, 'groups' | 'threshold'>): Uint8Array {
  const key = keys[wrappedKeyOf(metadata).id];
  if (!key) throw new Error('a data key was not asked for');
  return key;
}
