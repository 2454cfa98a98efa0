import { isKube } from '@flux-host/host/kube/errors.ts';
import { keyOf } from '@flux-host/host/kube/object.ts';
import type { ApiResource, KubeObject } from '@flux-host/host/kube/types.ts';
import { waitFor } from '../../cluster/wait.ts';
import { commandError } from '../../command/errors.ts';
import type { Invocation } from '../../command/types.ts';
import { progressOf } from '../../kinds/progress.ts';

/** As the field manager of what the commands create and update. */
export const fieldManager = 'flux';

/** Creates an object, or gives the one that is there its labels and spec. */
export async function upsert(
  resource: ApiResource,
  object: KubeObject,
  { cluster, signal }: Pick<Invocation, 'cluster' | 'signal'>,
): Promise<'created' | 'updated'> {
  const { client } = await cluster();
  const existing = await client
    .get<KubeObject>(resource, keyOf(object), { signal })
    .catch((error: unknown) => {
      if (isKube(error, 'notFound') && !isKube(error, 'noMatch')) return undefined;
      throw error;
    });
  if (!existing) {
    await client.create(resource, object, { signal, fieldManager });
    return 'created';
  }
  const { labels } = object.metadata;
  const { labels: _old, ...metadata } = existing.metadata;
  const { apiVersion, kind, metadata: _metadata, ...fields } = object;
  const merged = { ...existing, ...fields, metadata: { ...metadata, ...(labels && { labels }) } };
  await client.replace(resource, merged, { signal, fieldManager });
  return 'updated';
}

/** Waits until the object that was just written is ready. */
export async function waitReady(
  resource: ApiResource,
  object: KubeObject,
  { cluster, signal, timeoutMs }: Invocation,
): Promise<KubeObject> {
  const { client } = await cluster();
  return waitFor({
    client,
    resource,
    key: keyOf(object),
    timeoutMs,
    signal,
    isDone(current) {
      const progress = progressOf(current);
      if (progress.state === 'failed') throw commandError('FLUX_E_CLI_RECONCILE', progress.message);
      return progress.state === 'ready';
    },
  });
}
