import { ExternalArtifact } from '@flux-host/crds/source/external-artifact.ts';
import type { ArtifactGenerator } from '@flux-host/crds/source-extensions/artifact-generator.ts';
import { getCondition } from '../conditions.ts';
import type { Context } from '../types.ts';
import { generatorLabel } from './generate.ts';
import type { ArtifactGeneratorOptions } from './reconciler.ts';

/** Why there is something to do, in the words of Flux; undefined when all is as it should be. */
export async function driftOf(
  { client, store }: ArtifactGeneratorOptions,
  { object, signal }: Context<ArtifactGenerator>,
  sourcesDigest: string,
): Promise<string | undefined> {
  const { metadata, spec, status = {} } = object;
  const inventory = status.inventory ?? [];
  const ready = getCondition(object, 'Ready');
  if (ready?.status !== 'True') return 'NotReady';
  if (ready.observedGeneration !== metadata.generation) return 'GenerationChanged';
  if (status.observedSourcesDigest !== sourcesDigest) return 'SourcesChanged';
  if (!spec.pathPattern && inventory.length !== spec.artifacts.length) return 'ArtifactsChanged';
  const { items } = await client.list<ExternalArtifact>(ExternalArtifact, {
    namespace: metadata.namespace ?? '',
    labelSelector: `${generatorLabel}=${metadata.uid}`,
    signal,
  });
  if (items.length !== inventory.length) return 'ExternalArtifactsChanged';
  for (const { name, digest } of inventory) {
    const published = items.find((item) => item.metadata.name === name)?.status?.artifact;
    if (published?.digest !== digest) return 'ExternalArtifactsChanged';
    if (!(await store.verify(published))) return 'ArtifactMissing';
    if (store.url(published) !== published.url) return 'ExternalArtifactsChanged';
  }
  return undefined;
}
