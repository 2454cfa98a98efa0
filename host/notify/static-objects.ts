import { createReflector } from '../kube/reflector.ts';
import type { ApiResource, KubeObject, Reflector, StoreEvent } from '../kube/types.ts';
import type { Metrics } from '../observability/metrics.ts';
import { watchFailures } from '../reconcile/watch-failures.ts';
import { dropFinalizer, type MigrationOptions } from './migration.ts';

export interface WatchOptions extends MigrationOptions {
  readonly metrics: Pick<Metrics, 'missedEvents'>;
  readonly namespace?: string | undefined;
}

/** Alerts and Providers have no status: they are watched and used as they are. What is left of older versions of Flux is taken off them. */
export function watchStatic<T extends KubeObject & { spec: { suspend?: boolean } }>(
  resource: ApiResource,
  options: WatchOptions,
  onEvent: (event: StoreEvent<T>) => void = () => undefined,
): Reflector<T> {
  const { client, log, metrics, namespace } = options;
  return createReflector<T>({
    client,
    resource,
    ...(namespace ? { namespace } : {}),
    onEvent(event) {
      onEvent(event);
      if (event.type !== 'deleted') void dropFinalizer(resource, event.object, options);
    },
    onMissed: (count) => metrics.missedEvents(resource.kind, count),
    onError: watchFailures(log, resource.kind),
  });
}
