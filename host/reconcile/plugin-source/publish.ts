import type { PluginSource } from '@flux-host/crds/plugin/plugin-source.ts';
import { ExternalArtifact } from '@flux-host/crds/source/external-artifact.ts';
import type { Artifact } from '../../artifacts/types.ts';
import { KubeError } from '../../kube/errors.ts';
import type { KubeClient, NamespacedName } from '../../kube/types.ts';
import { timestamp } from '../conditions.ts';
import { nameTaken } from './errors.ts';

const fieldManager = 'source-controller';

/**
 * Publishes an artifact as the ExternalArtifact of the same name, so that everything that reads sources, Flux's own controllers too, can use
 * it. Writes only what differs.
 * @throws FluxError FLUX_E_SOURCE_NAME when somebody else has an ExternalArtifact of that name
 */
export async function publish(
  client: KubeClient,
  object: PluginSource,
  run: { artifact: Artifact; signal: AbortSignal },
): Promise<void> {
  const { signal } = run;
  const key = { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
  const existing = await find(client, key, signal);
  if (existing && !belongsTo(existing, object)) throw nameTaken(key.name, ownerOf(existing));
  if (!existing) {
    await client.apply(ExternalArtifact, skeleton(object), { fieldManager, signal });
  }
  if (JSON.stringify(existing?.status?.artifact) === JSON.stringify(run.artifact) && isPublished(existing)) {
    return;
  }
  await client.apply(
    ExternalArtifact,
    { ...skeleton(object), status: statusOf(object, run.artifact, existing) },
    { fieldManager, force: true, subresource: 'status', signal },
  );
}

/** Takes the artifact back. One that belongs to somebody else stays. */
export async function withdraw(client: KubeClient, object: PluginSource, signal: AbortSignal): Promise<void> {
  const key = { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
  const existing = await find(client, key, signal);
  if (!existing || !belongsTo(existing, object)) return;
  try {
    await client.delete(ExternalArtifact, key, { signal });
  } catch (error) {
    if (!(error instanceof KubeError && error.notFound)) throw error;
  }
}

async function find(
  client: KubeClient,
  key: NamespacedName,
  signal: AbortSignal,
): Promise<ExternalArtifact | undefined> {
  try {
    return await client.get<ExternalArtifact>(ExternalArtifact, key, { signal });
  } catch (error) {
    if (error instanceof KubeError && error.notFound) return undefined;
    throw error;
  }
}

function belongsTo(artifact: ExternalArtifact, object: PluginSource): boolean {
  return (artifact.metadata.ownerReferences ?? []).some(({ uid }) => uid === object.metadata.uid);
}

function ownerOf({ spec }: ExternalArtifact): string {
  return spec.sourceRef ? `${spec.sourceRef.kind} ${spec.sourceRef.name}` : 'somebody else';
}

function isPublished(existing: ExternalArtifact | undefined): boolean {
  return (
    existing?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
  );
}

function skeleton(object: PluginSource) {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace = '', uid = '' } = metadata;
  return {
    apiVersion: `${ExternalArtifact.group}/${ExternalArtifact.version}`,
    kind: ExternalArtifact.kind,
    metadata: {
      name,
      namespace,
      ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }],
    },
    spec: { sourceRef: { apiVersion, kind, name, namespace } },
  };
}

function statusOf(object: PluginSource, artifact: Artifact, existing: ExternalArtifact | undefined) {
  const ready = existing?.status?.conditions?.find(({ type }) => type === 'Ready');
  return {
    artifact,
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'Succeeded',
        message: `stored artifact for revision '${artifact.revision}'`,
        lastTransitionTime: ready?.status === 'True' ? ready.lastTransitionTime : timestamp(),
        observedGeneration: existing?.metadata.generation ?? object.metadata.generation ?? 1,
      },
    ],
  };
}
