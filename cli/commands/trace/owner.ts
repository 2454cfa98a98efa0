import { isKube } from '@flux-host/host/kube/errors.ts';
import { gvkOf } from '@flux-host/host/kube/object.ts';
import type { KubeClient, KubeObject, NamespacedName, PartialObject } from '@flux-host/host/kube/types.ts';

/** The two kinds that mark what they apply with labels. */
export type ManagerKind = 'Kustomization' | 'HelmRelease';

const groups: Readonly<Record<ManagerKind, string>> = {
  Kustomization: 'kustomize.toolkit.fluxcd.io',
  HelmRelease: 'helm.toolkit.fluxcd.io',
};

/** Who applied an object. */
export interface Manager extends NamespacedName {
  readonly kind: ManagerKind;
}

/** Owners of owners; a chain longer than this is a circle. */
const maxDepth = 16;

/**
 * The Kustomization or HelmRelease that applied an object, or one of the objects that own it (a pod belongs to a ReplicaSet, and
 * that to a Deployment). Where both say so, the Kustomization counts.
 */
export async function managerOf(
  object: KubeObject,
  client: KubeClient,
  signal: AbortSignal,
): Promise<Manager | undefined> {
  const family = await withOwners(object, client, signal);
  for (const kind of ['Kustomization', 'HelmRelease'] as const) {
    for (const each of family) {
      const found = labelled(each, kind);
      if (found) return found;
    }
  }
  return undefined;
}

function labelled({ metadata }: PartialObject, kind: ManagerKind): Manager | undefined {
  const name = metadata.labels?.[`${groups[kind]}/name`];
  const namespace = metadata.labels?.[`${groups[kind]}/namespace`] ?? metadata.namespace ?? '';
  return name ? { kind, name, namespace } : undefined;
}

/** The object, its owners, their owners and so on; owners that are gone or may not be read are passed over. */
async function withOwners(
  object: PartialObject,
  client: KubeClient,
  signal: AbortSignal,
): Promise<PartialObject[]> {
  const family: PartialObject[] = [object];
  for (const member of family) {
    if (family.length > maxDepth) break;
    for (const { apiVersion, kind, name } of member.metadata.ownerReferences ?? []) {
      try {
        const resource = await client.resourceFor(gvkOf({ apiVersion, kind }), { signal });
        const namespace = resource.namespaced ? (member.metadata.namespace ?? '') : '';
        family.push(await client.getMetadata(resource, { namespace, name }, { signal }));
      } catch (error) {
        if (!isKube(error, 'notFound') && !isKube(error, 'forbidden')) throw error;
      }
    }
  }
  return family;
}
