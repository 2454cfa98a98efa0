import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactGenerator } from '@flux-host/crds/source-extensions/artifact-generator.ts';
import type { Artifact, ArtifactStore, TreeLease } from '../../artifacts/types.ts';
import type { KubeClient } from '../../kube/types.ts';
import { type Publication, publish, withdraw } from '../external-artifact/publish.ts';
import type { Context } from '../types.ts';
import { contentHash } from './content-hash.ts';
import { applyOperations } from './copy/operation.ts';
import { buildFailed, publishFailed } from './errors.ts';
import { type ArtifactRequest, artifactRequests } from './requests.ts';
import { originKey, type Sources } from './sources.ts';

/** What exists because of a generator. */
export type Entry = NonNullable<NonNullable<ArtifactGenerator['status']>['inventory']>[number];

interface Options {
  readonly client: KubeClient;
  readonly store: ArtifactStore;
}

interface Inputs {
  readonly sources: Sources;
  readonly trees: ReadonlyMap<string, TreeLease>;
}

/** Holds the UID of the generator, as in Flux. */
export const generatorLabel = 'source.extensions.fluxcd.io/generator';
const kind = 'ExternalArtifact';
const fieldManager = 'source-watcher';

/**
 * Builds and publishes every artifact of a generator.
 * @throws FluxError with reason BuildFailed or ReconciliationFailed
 */
export async function generate(
  options: Options,
  context: Context<ArtifactGenerator>,
  inputs: Inputs,
): Promise<Entry[]> {
  const { object, signal } = context;
  const namespace = object.metadata.namespace ?? '';
  const requests = await artifactRequests(object, (alias) => inputs.trees.get(alias)?.dir);
  const entries: Entry[] = [];
  for (const request of requests) {
    signal.throwIfAborted();
    const { name } = request;
    const artifact = await build(options, context, { request, ...inputs }).catch((error: unknown) => {
      throw signal.aborted ? error : buildFailed(name, error);
    });
    const publication = publicationOf(object, request);
    await publish(options.client, publication, { artifact, signal }).catch((error: unknown) => {
      throw signal.aborted ? error : publishFailed(name, error);
    });
    await options.store.collect({ kind, namespace, name }, artifact);
    const filename = artifact.path.slice(artifact.path.lastIndexOf('/') + 1);
    entries.push({ name, namespace, digest: artifact.digest, filename });
  }
  return entries;
}

/** Takes artifacts back, out of the cluster and the store. */
export async function withdrawAll(
  { client, store }: Options,
  { object, signal }: Context<ArtifactGenerator>,
  entries: readonly Entry[],
): Promise<void> {
  for (const { name, namespace } of entries) {
    await withdraw(client, { owner: object, name, mark: { label: generatorLabel } }, signal);
    await store.remove({ kind, namespace, name });
  }
}

async function build(
  { store }: Options,
  { object, signal }: Context<ArtifactGenerator>,
  { request, sources, trees }: Inputs & { request: ArtifactRequest },
): Promise<Artifact> {
  const { name, copy, revision, originRevision } = request;
  const work = await store.workDir();
  try {
    const [target, scratch] = [join(work.dir, 'artifact'), join(work.dir, 'scratch')];
    await Promise.all([mkdir(target), mkdir(scratch)]);
    const source = (alias: string) => trees.get(alias)?.dir;
    await applyOperations(copy, { source, target, scratch, store, signal });
    const file = `${await contentHash(target, name)}.tar.gz`;
    const owner = { kind, namespace: object.metadata.namespace ?? '', name };
    const metadata = originOf(sources, originRevision);
    const stored = await store.archive(owner, '', target, {
      file,
      // As in Flux: files of version control systems, media, archives and CI configuration stay out.
      ignore: { patterns: [] },
      adopt: true,
      ...(metadata ? { metadata } : {}),
    });
    const taken = revision ? sources.get(revision.slice(1))?.revision : undefined;
    return { ...stored, revision: taken ?? `latest@${stored.digest}` };
  } finally {
    work.release();
  }
}

/** The revision of the original of a source, or else its own. */
function originOf(sources: Sources, reference: string | undefined): Record<string, string> | undefined {
  const source = reference ? sources.get(reference.slice(1)) : undefined;
  return source ? { [originKey]: source.metadata?.[originKey] ?? source.revision } : undefined;
}

function publicationOf(owner: ArtifactGenerator, { name, labels }: ArtifactRequest): Publication {
  const { commonMetadata } = owner.spec;
  return {
    owner,
    name,
    fieldManager,
    mark: { label: generatorLabel },
    labels: { ...commonMetadata?.labels, ...labels, 'app.kubernetes.io/managed-by': fieldManager },
    ...(commonMetadata?.annotations ? { annotations: commonMetadata.annotations } : {}),
    message: 'Artifact is ready',
  };
}
