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

/** The store has the artifact of the current revision. */
export function markStored(object: SourceObject, artifact: Artifact): void {
  setCondition(object, {
    type: 'ArtifactInStorage',
    status: 'True',
    reason: 'Succeeded',
    message: `stored artifact for revision '${artifact.revision}'`,
  });
}

/** Another revision than the stored one was found and has to be fetched. */
export function markOutdated(context: Context<SourceObject>, revision: string): void {
  const { object } = context;
  const message = `new upstream revision '${revision}'`;
  if (object.status?.artifact) {
    setCondition(object, { type: 'ArtifactOutdated', status: 'True', reason: 'NewRevision', message });
  }
  markProgress(object, `building artifact: ${message}`, true);
  context.progress();
}
