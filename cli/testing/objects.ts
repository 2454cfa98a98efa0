import { gvkOf, keyOf } from '@flux-host/host/kube/object.ts';
import type { KubeClient, KubeObject } from '@flux-host/host/kube/types.ts';

/** Creates an object together with its status, which the API server takes in a second request only. */
export async function putObject(object: KubeObject, client: KubeClient): Promise<void> {
  const resource = await client.resourceFor(gvkOf(object));
  const { status, ...rest } = object;
  await client.create(resource, rest);
  if (status === undefined) return;
  await client.patch(resource, keyOf(object), { status }, { type: 'merge', subresource: 'status' });
}

export interface ConditionOptions {
  readonly type?: string;
  readonly status?: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
}

/** A condition that came about on the first of January 2026. */
export function condition(options: ConditionOptions = {}): object {
  return {
    type: 'Ready',
    status: 'True',
    reason: 'Succeeded',
    message: 'done',
    lastTransitionTime: '2026-01-01T00:00:00Z',
    ...options,
  };
}
