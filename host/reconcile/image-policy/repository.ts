import type { ImagePolicy } from '@flux-host/crds/image/image-policy.ts';
import type { ImageRepository } from '@flux-host/crds/image/image-repository.ts';
import { noRepository } from '../../image/errors.ts';
import { namespaces } from '../../kube/core.ts';
import type { KubeClient, NamespacedName } from '../../kube/types.ts';

export interface RepositoryLookup {
  readonly client: KubeClient;
  readonly noCrossNamespaceRefs: boolean;
  findRepository(key: NamespacedName): ImageRepository | undefined;
}

/** Which ImageRepository a policy is about. */
export function repositoryKeyOf({ spec, metadata }: ImagePolicy): NamespacedName {
  const { name, namespace = metadata.namespace ?? '' } = spec.imageRepositoryRef;
  return { namespace, name };
}

/**
 * The ImageRepository of a policy, if its owner lets the policy's namespace use it (`spec.accessFrom`).
 * @throws FluxError FLUX_E_IMAGE_REPOSITORY with reason DependencyNotReady or AccessDenied
 */
export async function repositoryFor(
  policy: ImagePolicy,
  lookup: RepositoryLookup,
  signal: AbortSignal,
): Promise<ImageRepository> {
  const key = repositoryKeyOf(policy);
  const own = policy.metadata.namespace ?? '';
  const text = `${key.namespace}/${key.name}`;
  const denied = (why: string) => noRepository(text, why, 'AccessDenied');
  if (key.namespace !== own && lookup.noCrossNamespaceRefs) {
    throw denied(`cannot access '${text}', cross-namespace references have been blocked`);
  }
  const repository = lookup.findRepository(key);
  if (!repository) throw noRepository(text, `ImageRepository '${text}' not found`, 'DependencyNotReady');
  if (key.namespace === own) return repository;
  const { accessFrom } = repository.spec;
  if (!accessFrom) throw denied(`ImageRepository '${text}' can't be accessed due to missing access list`);
  const { metadata } = await lookup.client.getMetadata(namespaces, { namespace: '', name: own }, { signal });
  const labels = metadata.labels ?? {};
  const allowed = accessFrom.namespaceSelectors.some(({ matchLabels = {} }) =>
    Object.entries(matchLabels).every(([name, value]) => labels[name] === value),
  );
  if (!allowed)
    throw denied(`ImageRepository '${text}' can't be accessed due to labels mismatch on namespace '${own}'`);
  return repository;
}
