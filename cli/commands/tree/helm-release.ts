import type { HelmRelease } from '@flux-host/crds/index.ts';
import { objectId } from '@flux-host/host/apply/inventory.ts';
import { objectsOf } from '@flux-host/host/helm/manifest.ts';
import { createStorage } from '@flux-host/host/helm/storage.ts';
import { keyOf, refIn, refOf } from '@flux-host/host/kube/object.ts';
import type { KubeClient, ObjectRef } from '@flux-host/host/kube/types.ts';
import { definitions } from '../../cluster/resources.ts';

export interface Access {
  readonly client: KubeClient;
  readonly signal: AbortSignal;
}

/**
 * The objects of the newest release, as Helm's own record has them, and the definitions that came with it. None when there is
 * no release yet, or when it is in another cluster.
 * @throws FluxError FLUX_E_HELM_STORAGE when the record cannot be read
 */
export async function releaseObjects(release: HelmRelease, access: Access): Promise<ObjectRef[]> {
  const [latest] = release.status?.history ?? [];
  const storage = release.status?.storageNamespace;
  if (release.spec.kubeConfig || !latest || !storage) return [];
  const { name, namespace, version } = latest;
  const record = await createStorage({ ...access, namespace: storage, name }).get(version);
  if (!record) return [];
  const objects = (await objectsOf(record.manifest, { ...access, namespace })).map(refOf);
  const known = new Set(objects.map(objectId));
  const crds = await releaseDefinitions(release, access);
  return [...objects, ...crds.filter((ref) => !known.has(objectId(ref)))];
}

/** Definitions in a chart's `crds` folder are not in the record. */
async function releaseDefinitions(
  { metadata, spec }: HelmRelease,
  { client, signal }: Access,
): Promise<ObjectRef[]> {
  const managed = [spec.install?.crds, spec.upgrade?.crds].some((policy) => policy && policy !== 'Skip');
  if (!managed) return [];
  const labelSelector = `helm.toolkit.fluxcd.io/name=${metadata.name},helm.toolkit.fluxcd.io/namespace=${metadata.namespace}`;
  const { items } = await client.listMetadata(definitions, { labelSelector, signal });
  return items.map((item) => refIn(definitions, keyOf(item)));
}
