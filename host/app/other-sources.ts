import { Bucket } from '@flux-host/crds/source/bucket.ts';
import { ExternalArtifact } from '@flux-host/crds/source/external-artifact.ts';
import { OCIRepository } from '@flux-host/crds/source/oci-repository.ts';
import { KubeError } from '../kube/errors.ts';
import { createReflector } from '../kube/reflector.ts';
import type { ApiResource, KubeClient, Reflector } from '../kube/types.ts';
import type { Logger } from '../observability/logger.ts';
import type { SourceKey, SourceObject } from '../reconcile/kustomization/source.ts';
import type { Wakeups } from './wakeups.ts';

const kinds: readonly ApiResource[] = [OCIRepository, Bucket, ExternalArtifact];

/** Sources that another controller reconciles, as far as their kinds are installed: their artifacts can be used all the same. */
export async function watchOtherSources(run: {
  client: KubeClient;
  wakeups: Wakeups;
  log: Logger;
  signal: AbortSignal;
}): Promise<{ find(key: SourceKey): SourceObject | undefined }> {
  const reflectors = new Map<string, Reflector<SourceObject>>();
  for (const resource of kinds) {
    if (!(await isServed(run.client, resource))) continue;
    const reflector = createReflector<SourceObject>({
      client: run.client,
      resource,
      onEvent: (event) => run.wakeups.sourceChanged(resource.kind, event),
      onError: (error) => run.log.error(error, 'watch failed, trying again', { kind: resource.kind }),
    });
    await reflector.start(run.signal);
    reflectors.set(resource.kind, reflector);
  }
  return { find: (key) => reflectors.get(key.kind)?.store.get(key) };
}

async function isServed(client: KubeClient, resource: ApiResource): Promise<boolean> {
  try {
    await client.resourceFor(resource);
    return true;
  } catch (error) {
    if (error instanceof KubeError && error.noMatch) return false;
    throw error;
  }
}
