import { createHash } from 'node:crypto';
import type { ArtifactGenerator } from '@flux-host/crds/source-extensions/artifact-generator.ts';
import type { Artifact, ArtifactStore, TreeLease } from '../../artifacts/types.ts';
import type { SourceKey, SourceObject } from '../kustomization/source.ts';
import { sourceMissing, sourceUnfetched } from './errors.ts';

/** Artifacts of the sources, by alias. */
export type Sources = ReadonlyMap<string, Artifact>;

/** Where the revision of the original is in the metadata of an artifact. */
export const originKey = 'org.opencontainers.image.revision';

/**
 * What the sources have now.
 * @throws FluxError with reason SourceFetchFailed
 */
export function observeSources(
  { spec, metadata }: ArtifactGenerator,
  find: (key: SourceKey) => SourceObject | undefined,
  retryAfterMs: number,
): Sources {
  const sources = new Map<string, Artifact>();
  for (const { alias, kind, name, namespace = metadata.namespace ?? '' } of spec.sources) {
    const source = find({ kind, name, namespace });
    if (!source)
      throw sourceMissing(`unable to get source '${namespace}/${name}': ${kind} not found`, retryAfterMs);
    const artifact = source.status?.artifact;
    if (!artifact) throw sourceMissing(`source '${kind}/${namespace}/${name}' is not ready`, retryAfterMs);
    sources.set(alias, artifact);
  }
  return sources;
}

/** Changes when any of them does. As Flux computes it. */
export function sourcesDigest(sources: Sources): string {
  const parts = [...sources].map(
    ([alias, { digest, revision, url }]) => `${alias}=[digest=${digest},revision=${revision},url=${url}]`,
  );
  return `sha256:${createHash('sha256').update(parts.sort().join('|')).digest('hex')}`;
}

/**
 * The unpacked trees, by alias; all are to be released.
 * @throws FluxError with reason SourceFetchFailed; none is held then
 */
export async function openTrees(
  store: Pick<ArtifactStore, 'tree'>,
  sources: Sources,
  { signal, retryAfterMs }: { signal: AbortSignal; retryAfterMs: number },
): Promise<ReadonlyMap<string, TreeLease>> {
  const trees = new Map<string, TreeLease>();
  try {
    for (const [alias, artifact] of sources) trees.set(alias, await store.tree(artifact, signal));
    return trees;
  } catch (error) {
    for (const tree of trees.values()) tree.release();
    throw signal.aborted ? error : sourceUnfetched(error, retryAfterMs);
  }
}
