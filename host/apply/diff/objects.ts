import { type Json, recordAt } from '../../json.ts';
import { isSecret } from '../mask.ts';
import { type DiffOptions, diffJson, type PatchOperation } from './json-patch.ts';
import { maskPatch } from './mask-patch.ts';

/**
 * Labels and annotations that an apply would set. What the live object has in addition is no difference: controllers add
 * their own.
 */
export function diffMetadata(live: Json, applied: Json): PatchOperation[] {
  return diffJson(labelsAndAnnotations(live), labelsAndAnnotations(applied)).filter(
    ({ op }) => op !== 'remove',
  );
}

/** Labels and annotations, with the name so that the metadata is never added as a whole. */
export function labelsAndAnnotations(object: Json): Json {
  const metadata = recordAt(object, 'metadata') ?? {};
  const kept = ['name', 'annotations', 'labels'].filter((key) => key in metadata);
  return kept.length > 0 ? { metadata: Object.fromEntries(kept.map((key) => [key, metadata[key]])) } : {};
}

/** Differences outside of metadata and status. */
export function diffContent(live: Json, applied: Json, options?: DiffOptions): PatchOperation[] {
  return diffJson(content(live), content(applied), options);
}

function content({ metadata: _metadata, status: _status, ...rest }: Json): Json {
  return rest;
}

/** All that an apply would change, in metadata first; values of Secrets are masked. */
export function diffObjects(live: Json, applied: Json, options?: DiffOptions): PatchOperation[] {
  const patch = [...diffMetadata(live, applied), ...diffContent(live, applied, options)];
  const secret = isSecret({ apiVersion: String(live['apiVersion']), kind: String(live['kind']) });
  return secret ? maskPatch(patch) : patch;
}
