import type { ApplyOwner } from '../../apply/types.ts';
import type { NamespacedName } from '../../kube/types.ts';

export const kustomizeGroup = 'kustomize.toolkit.fluxcd.io';

/** On whose behalf a Kustomization's objects are applied. */
export function ownerOf(key: NamespacedName): ApplyOwner {
  return { ...key, group: kustomizeGroup, fieldManager: 'kustomize-controller' };
}
