import type { Artifact, ArtifactStore } from '../../artifacts/types.ts';
import { deleteCondition, setCondition } from '../conditions.ts';
import { markProgress } from '../summary.ts';
import type { Context } from '../types.ts';
import type { SourceObject } from './types.ts';

/** Drops the artifact from the status when the store does not have it any more, and keeps its address current. */
export async function checkStored(
  store: ArtifactStore,
  { object, event }: Pick<Context<SourceObject>, 'object' | 'event'>,
): Promise<void> {
  const artifact = object.status?.artifact;
  if (artifact && (await store.verify(artifact))) {
    object.status = { ...object.status, artifact: { ...artifact, url: store.url(artifact) } };
    return;
  }
  if (artifact) {
    event({
      type: 'Warning',
      reason: 'ArtifactVerificationFailed',
      message: `artifact ${artifact.path} is missing or damaged in storage: it is fetched again`,
    });
    const { artifact: _gone, ...rest } = object.status ?? {};
    object.status = rest;
  }
  deleteCondition(object, 'ArtifactInStorage');
  markProgress(object, artifact ? 'building artifact: disappeared from storage' : 'building artifact', true);
}

/** The store has the artifact of the current revision; `said` where the kind has words of its own for that. */
export function markStored(
  object: SourceObject,
  artifact: Artifact,
  said: { readonly reason?: string; readonly message?: string } = {},
): void {
  const { reason = 'Succeeded', message = `stored artifact for revision '${artifact.revision}'` } = said;
  setCondition(object, { type: 'ArtifactInStorage', status: 'True', reason, message });
}

/** Another revision than the stored one was found and has to be fetched; `said` where the kind has words of its own for that. */
export function markOutdated(
  context: Context<SourceObject>,
  revision: string,
  said: { readonly reason?: string; readonly message?: string } = {},
): void {
  const { object } = context;
  const { reason = 'NewRevision', message = `new upstream revision '${revision}'` } = said;
  if (object.status?.artifact) {
    setCondition(object, { type: 'ArtifactOutdated', status: 'True', reason, message });
  }
  markProgress(object, `building artifact: ${message}`, true);
  context.progress();
}
