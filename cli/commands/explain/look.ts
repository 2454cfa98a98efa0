import { isKube } from '@flux-host/host/kube/errors.ts';
import { refIn } from '@flux-host/host/kube/object.ts';
import type { ApiResource, KubeClient, KubeObject, NamespacedName } from '@flux-host/host/kube/types.ts';
import { judge } from './judge.ts';
import type { Finding } from './types.ts';

/** The cluster, and how long to look at it. */
export interface Access {
  readonly client: KubeClient;
  readonly signal: AbortSignal;
}

export function findingOf(resource: ApiResource, object: KubeObject): Finding {
  const { name, namespace = '' } = object.metadata;
  return { resource, ref: refIn(resource, { name, namespace }), object, ...judge(resource, object) };
}

/** An object as it is now; one that is missing or may not be read is a finding, too. */
export async function look(
  resource: ApiResource,
  key: NamespacedName,
  { client, signal }: Access,
): Promise<Finding> {
  try {
    return findingOf(resource, await client.get<KubeObject>(resource, key, { signal }));
  } catch (error) {
    const about = { resource, ref: refIn(resource, key), isSuspended: false };
    if (isKube(error, 'notFound')) {
      const hint = error.noMatch
        ? 'its kind is not installed in the cluster'
        : 'create it, or correct the reference to it';
      return { ...about, state: 'missing', reason: 'NotFound', message: 'it does not exist', hint };
    }
    if (!isKube(error, 'forbidden')) throw error;
    return { ...about, state: 'unknown', reason: 'Forbidden', message: 'you may not read it' };
  }
}
