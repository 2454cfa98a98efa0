import { toCustomResourceDefinition } from '@flux-host/crds/crd.ts';
import { kinds } from '@flux-host/crds/index.ts';
import { createApplier } from '@flux-host/host/apply/create-applier.ts';
import type { KubeClient } from '@flux-host/host/kube/types.ts';

/** Installs Flux's kinds and waits until the API server serves them. */
export async function installDefinitions(client: KubeClient): Promise<void> {
  const applier = createApplier();
  try {
    await applier.apply({
      client,
      owner: { group: 'test', name: 'definitions', namespace: 'default', fieldManager: 'test' },
      objects: kinds.map((kind) => toCustomResourceDefinition(kind)),
      force: false,
      concurrency: 8,
      stageTimeoutMs: 60_000,
      signal: AbortSignal.timeout(60_000),
    });
  } finally {
    applier.close();
  }
}
