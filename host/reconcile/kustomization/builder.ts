import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';

/** The builder plugin of a Kustomization. */
export function builderOf({ spec }: Kustomization): string {
  return spec.builder?.plugin ?? 'kustomize';
}
