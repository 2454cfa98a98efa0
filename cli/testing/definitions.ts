import { toCustomResourceDefinition } from '@flux-host/crds/crd.ts';
import { kinds } from '@flux-host/crds/index.ts';
import { createApplier } from '@flux-host/host/apply/create-applier.ts';
import { refOf } from '@flux-host/host/kube/object.ts';
import type { KubeClient } from '@flux-host/host/kube/types.ts';
import { definitions } from '../cluster/resources.ts';

/** Makes the API server know every kind of Flux. */
export async function applyDefinitions(client: KubeClient): Promise<void> {
  const crds = kinds.map(toCustomResourceDefinition);
  const options = { fieldManager: 'flux-tests', force: true };
  await Promise.all(crds.map((crd) => client.apply(definitions, crd, options)));
  const applier = createApplier();
  const { signal } = new AbortController();
  await applier.wait({ client, objects: crds.map(refOf), timeoutMs: 30_000, failFast: true, signal });
  applier.close();
}
