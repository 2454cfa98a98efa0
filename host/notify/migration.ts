import type { EventInput } from '../events/types.ts';
import { isKube } from '../kube/errors.ts';
import { keyOf } from '../kube/object.ts';
import type { ApiResource, KubeClient, KubeObject } from '../kube/types.ts';
import type { Logger } from '../observability/logger.ts';
import { finalizer } from '../reconcile/annotations.ts';

export interface MigrationOptions {
  readonly client: KubeClient;
  readonly log: Logger;
  report(object: KubeObject, event: EventInput): void;
}

/**
 * Takes the finalizer away that older versions of Flux put on Alerts and Providers: nobody else does, so that they could not be deleted. Suspended
 * objects keep it until they are deleted, as in Flux.
 */
export async function dropFinalizer(
  resource: ApiResource,
  object: KubeObject & { spec: { suspend?: boolean } },
  { client, log, report }: MigrationOptions,
): Promise<void> {
  const { finalizers = [], deletionTimestamp, resourceVersion } = object.metadata;
  if (!finalizers.includes(finalizer) || (object.spec.suspend && !deletionTimestamp)) return;
  const kept = finalizers.filter((name) => name !== finalizer);
  const text = `removed finalizer from ${resource.kind} to migrate to static ${resource.kind}`;
  try {
    const patch = { metadata: { finalizers: kept, resourceVersion } };
    await client.patch(resource, keyOf(object), patch, {
      type: 'merge',
      fieldManager: 'notification-controller',
    });
    log.info(text, { [resource.kind]: keyOf(object) });
    report(object, { type: 'Normal', reason: 'Migration', message: text });
  } catch (error) {
    // Somebody else changed it: the watch brings it again.
    if (isKube(error, 'notFound') || isKube(error, 'conflict')) return;
    log.error(error, 'failed to remove a finalizer', { [resource.kind]: keyOf(object) });
  }
}
