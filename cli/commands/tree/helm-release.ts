import type { HelmRelease } from '@flux-host/crds/index.ts';
import { objectId } from '@flux-host/host/apply/inventory.ts';
import { recordAt, stringAt } from '@flux-host/host/json.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { formatKey, gvkOf, keyOf, refIn } from '@flux-host/host/kube/object.ts';
import type { KubeClient, KubeObject, ObjectRef } from '@flux-host/host/kube/types.ts';
import { definitions, secrets } from '../../cluster/resources.ts';
import { commandError } from '../../command/errors.ts';
import { manifestObjects, releaseManifest } from './helm-storage.ts';

export interface Access {
  readonly client: KubeClient;
  readonly signal: AbortSignal;
}

/**
 * The objects of the newest release, as Helm's own record has them, and the definitions that came with it. None when there is
 * no release yet, or when it is in another cluster.
 */
export async function releaseObjects(release: HelmRelease, access: Access): Promise<ObjectRef[]> {
  const [latest] = release.status?.history ?? [];
  const storage = release.status?.storageNamespace;
  if (release.spec.kubeConfig || !latest || !storage) return [];
  const record = await recordOf(
    { namespace: storage, name: `sh.helm.release.v1.${latest.name}.v${latest.version}` },
    access,
  );
  if (!record) return [];
  const objects = await Promise.all(
    manifestsOf(record, release).map((object) => placed(object, latest.namespace, access)),
  );
  const known = new Set(objects.map(objectId));
  const crds = await releaseDefinitions(release, access);
  return [...objects, ...crds.filter((ref) => !known.has(objectId(ref)))];
}

async function recordOf(
  key: { namespace: string; name: string },
  { client, signal }: Access,
): Promise<KubeObject | undefined> {
  try {
    return await client.get<KubeObject>(secrets, key, { signal });
  } catch (error) {
    if (isKube(error, 'notFound')) return undefined;
    throw error;
  }
}

function manifestsOf(record: KubeObject, release: HelmRelease): ObjectRef[] {
  const data = stringAt(recordAt(record, 'data'), 'release');
  const manifest = data === undefined ? undefined : releaseManifest(data);
  if (manifest === undefined) {
    throw commandError(
      'FLUX_E_CLI_HELM_RECORD',
      `failed to decode the Helm storage object for HelmRelease '${formatKey(keyOf(release))}'`,
      `the Secret ${formatKey(keyOf(record))} is no record of Helm that can be read`,
    );
  }
  return manifestObjects(manifest);
}

/** Charts leave out the namespace of what goes into that of the release. */
async function placed(
  { apiVersion, kind, namespace, name }: ObjectRef,
  own: string,
  { client, signal }: Access,
): Promise<ObjectRef> {
  if (namespace) return { apiVersion, kind, namespace, name };
  const resource = await client
    .resourceFor(gvkOf({ apiVersion, kind }), { signal })
    .catch((error: unknown) => {
      if (isKube(error, 'noMatch')) return undefined;
      throw error;
    });
  return { apiVersion, kind, namespace: resource?.namespaced ? own : '', name };
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
