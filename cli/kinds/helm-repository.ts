import { HelmRepository } from '@flux-host/crds/index.ts';
import { stringAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { artifactRevision, fetched, suspended } from './columns.ts';
import { readyCondition } from './conditions.ts';
import type { FluxKind } from './types.ts';

/** Repositories in OCI registries are addresses only: no controller looks at them. */
function isOci(object: KubeObject): boolean {
  return stringAt(object, 'spec', 'type') === 'oci';
}

export const helmRepository: FluxKind = {
  resource: HelmRepository,
  group: 'source',
  name: 'helm',
  human: 'source helm',
  verbs: ['get', 'export', 'delete', 'suspend', 'resume', 'reconcile'],
  columns: [artifactRevision, suspended],
  readiness: (object) =>
    isOci(object) ? { status: 'True', message: 'Helm repository is Ready' } : undefined,
  success: (object) => (isOci(object) ? (readyCondition(object)?.message ?? '') : fetched(object)),
  isStatic: isOci,
};
