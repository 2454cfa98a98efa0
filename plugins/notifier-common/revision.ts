import type { FluxEvent } from '@flux-host/sdk/typescript';
import { unfit } from './failure.ts';

/** Where events name a commit, the first one that is there counts. */
const keys = ['commit', 'originRevision', 'revision'] as const;

/** The commit that an event is about. @throws PluginError when it names none */
export function commitOfEvent(event: FluxEvent): string {
  return commitOf(revisionOf(event));
}

/** The revision that an event is about. @throws PluginError when it names none */
export function revisionOf({ metadata = {} }: FluxEvent): string {
  const key = keys.find((each) => metadata[each] !== undefined);
  if (key === undefined) throw unfit('missing revision metadata');
  return metadata[key] ?? '';
}

/** @throws PluginError when it is the revision of something else, e.g. of an OCI artifact */
export function commitOf(revision: string): string {
  const hash = hashOf(revision);
  // Git's SHA-1, the only one that Flux takes for a commit.
  if (hash.length === 40) return hash;
  throw unfit(`failed to extract commit hash from '${revision}' revision`);
}

/** The hash in `main@sha1:…`, `sha1:…` and the older `main/…`. */
function hashOf(revision: string): string {
  const colon = revision.lastIndexOf(':');
  return revision.slice((colon < 0 ? revision.lastIndexOf('/') : colon) + 1);
}
