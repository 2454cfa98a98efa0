import { kinds } from '@flux-host/crds/index.ts';
import { isKube } from '../../kube/errors.ts';
import type { KubeClient } from '../../kube/types.ts';
import type { SourceKey, SourceObject } from '../../reconcile/kustomization/source.ts';

/** Gate DirectSourceFetch: the source as the API server has it. @throws KubeError */
export async function readSource(client: KubeClient, key: SourceKey): Promise<SourceObject | undefined> {
  const resource = kinds.find(({ kind }) => kind === key.kind);
  try {
    return resource && (await client.get<SourceObject>(resource, key));
  } catch (error) {
    if (isKube(error, 'notFound')) return undefined;
    throw error;
  }
}
