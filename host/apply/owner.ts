import type { PartialObject } from '../kube/types.ts';
import type { ApplyOwner } from './types.ts';

/** The labels that tell which Flux object an object belongs to. */
export function ownerLabels(owner: Omit<ApplyOwner, 'fieldManager'>): Record<string, string> {
  return { [`${owner.group}/name`]: owner.name, [`${owner.group}/namespace`]: owner.namespace };
}

export function isOwnedBy(object: Pick<PartialObject, 'metadata'>, owner: ApplyOwner): boolean {
  return Object.entries(ownerLabels(owner)).every(([key, value]) => object.metadata.labels?.[key] === value);
}
