import { isDeepStrictEqual } from 'node:util';
import { ExternalArtifact } from '@flux-host/crds/source/external-artifact.ts';
import type { Artifact } from '../../artifacts/types.ts';
import { KubeError } from '../../kube/errors.ts';
import type { KubeClient, NamespacedName } from '../../kube/types.ts';
import { timestamp } from '../conditions.ts';
import type { FluxObject } from '../types.ts';
import { nameTaken } from './errors.ts';

type Existing = ExternalArtifact | undefined;

/** What is published, and for whom. */
export interface Publication {
  readonly owner: FluxObject;
  /** Name of the ExternalArtifact; it is in the namespace of its owner. */
  readonly name: string;
  readonly fieldManager: string;
  /** The one label or the owner reference by which the owner knows its own. */
  readonly mark: 'reference' | { readonly label: string };
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Message of its condition Ready. */
  readonly message: string;
}

/**
 * Publishes an artifact as an ExternalArtifact, so that everything that reads sources, Flux's own controllers too, can use it. Writes only what
 * differs.
 * @throws FluxError FLUX_E_SOURCE_NAME when somebody else has an ExternalArtifact of that name
 */
export async function publish(
  client: KubeClient,
  publication: Publication,
  { artifact, signal }: { artifact: Artifact; signal: AbortSignal },
): Promise<void> {
  const { owner, name, fieldManager } = publication;
  const key = { namespace: owner.metadata.namespace ?? '', name };
  const existing = await find(client, key, signal);
  if (existing && !belongsTo(existing, publication)) throw nameTaken(name, owner, describeOwner(existing));
  const skeleton = skeletonOf(publication);
  if (!existing || !hasMetadata(existing, publication)) {
    await client.apply(ExternalArtifact, skeleton, { fieldManager, force: true, signal });
  }
  if (isDeepStrictEqual(existing?.status?.artifact, { ...artifact }) && isReady(existing)) return;
  await client.apply(
    ExternalArtifact,
    { ...skeleton, status: statusOf(publication, artifact, existing) },
    { fieldManager, force: true, subresource: 'status', signal },
  );
}

/** Takes an artifact back. One that belongs to somebody else stays. */
export async function withdraw(
  client: KubeClient,
  publication: Pick<Publication, 'owner' | 'name' | 'mark'>,
  signal: AbortSignal,
): Promise<void> {
  const key = { namespace: publication.owner.metadata.namespace ?? '', name: publication.name };
  const existing = await find(client, key, signal);
  if (!existing || !belongsTo(existing, publication)) return;
  try {
    await client.delete(ExternalArtifact, key, { signal });
  } catch (error) {
    if (!(error instanceof KubeError && error.notFound)) throw error;
  }
}

async function find(client: KubeClient, key: NamespacedName, signal: AbortSignal): Promise<Existing> {
  try {
    return await client.get<ExternalArtifact>(ExternalArtifact, key, { signal });
  } catch (error) {
    if (error instanceof KubeError && error.notFound) return undefined;
    throw error;
  }
}

function belongsTo(
  { metadata }: ExternalArtifact,
  { owner, mark }: Pick<Publication, 'owner' | 'mark'>,
): boolean {
  const { uid } = owner.metadata;
  if (mark === 'reference')
    return (metadata.ownerReferences ?? []).some((reference) => reference.uid === uid);
  return metadata.labels?.[mark.label] === uid;
}

function describeOwner({ spec }: ExternalArtifact): string {
  return spec.sourceRef ? `${spec.sourceRef.kind} ${spec.sourceRef.name}` : 'somebody else';
}

function isReady(existing: Existing): boolean {
  return (
    existing?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
  );
}

/** Labels and annotations are as they should be; more of them, by others, do not matter. */
function hasMetadata(existing: ExternalArtifact, publication: Publication): boolean {
  const { labels = {}, annotations = {} } = skeletonOf(publication).metadata;
  const has = (actual: Readonly<Record<string, string>> = {}, wanted: Readonly<Record<string, string>>) =>
    Object.entries(wanted).every(([name, value]) => actual[name] === value);
  return has(existing.metadata.labels, labels) && has(existing.metadata.annotations, annotations);
}

function skeletonOf({ owner, name, mark, labels, annotations }: Publication) {
  const { apiVersion, kind, metadata } = owner;
  const { namespace = '', uid = '' } = metadata;
  const all = { ...labels, ...(mark === 'reference' ? {} : { [mark.label]: uid }) };
  const reference = {
    apiVersion,
    kind,
    name: metadata.name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  return {
    apiVersion: `${ExternalArtifact.group}/${ExternalArtifact.version}`,
    kind: ExternalArtifact.kind,
    metadata: {
      name,
      namespace,
      ...(Object.keys(all).length > 0 ? { labels: all } : {}),
      ...(annotations ? { annotations: { ...annotations } } : {}),
      ...(mark === 'reference' ? { ownerReferences: [reference] } : {}),
    },
    spec: { sourceRef: { apiVersion, kind, name: metadata.name, namespace } },
  };
}

function statusOf({ owner, message }: Publication, artifact: Artifact, existing: Existing) {
  const ready = existing?.status?.conditions?.find(({ type }) => type === 'Ready');
  return {
    artifact,
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'Succeeded',
        message,
        lastTransitionTime: ready?.status === 'True' ? ready.lastTransitionTime : timestamp(),
        observedGeneration: existing?.metadata.generation ?? owner.metadata.generation ?? 1,
      },
    ],
  };
}
