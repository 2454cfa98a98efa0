import type { Static } from 'typebox';
import * as t from '../schema.ts';

const properties = {
  path: t.string('Path of the file in the store; unique, but not for use by others than the store.'),
  url: t.string('Where other controllers download the file.'),
  revision: t.string('Which state of the source this is, e.g. main@sha1:4f2e… or 1.2.3@sha256:9a0b….'),
  digest: t.string('Digest of the file as <algorithm>:<checksum>.', {
    pattern: '^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$',
  }),
  lastUpdateTime: t.time('When the file was made.'),
  size: t.optional(t.integer('Size of the file in bytes.', { format: 'int64' })),
  metadata: t.optional(t.map('What the source told about it, e.g. the annotations of an OCI image.')),
};

/** A packed state of a source that others can download. */
export function artifact(description: string) {
  return t.object(description, properties);
}

export const Artifact = artifact('A packed state of the source.');
export type Artifact = Static<typeof Artifact>;
