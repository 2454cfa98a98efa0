import { Bucket } from '@flux-host/crds/source/bucket.ts';
import { formatKey, keyOf, parseKey } from '../../kube/object.ts';
import type { StoreEvent } from '../../kube/types.ts';
import { createBucketReconciler } from '../../reconcile/bucket/reconciler.ts';
import { Controller } from '../../reconcile/controller.ts';
import { ReferenceIndex } from '../reference-index.ts';
import { type AppController, commonOf, type Parts } from './parts.ts';

const component = 'source-controller';

/** Buckets of object storage. A plugin that comes or changes, and a watched Secret that changes, wakes its users. */
export function buckets(parts: Parts): AppController {
  const { options, platform, services, wakeups, sources } = parts;
  const events = parts.events(component);
  const bySecret = new ReferenceIndex();
  const controller: Controller<Bucket> = new Controller<Bucket>({
    ...commonOf(parts),
    name: 'bucket',
    fieldManager: component,
    resource: Bucket,
    event: (object, event) => events.event(object, event),
    onChange: (event) => {
      bySecret.set(formatKey(keyOf(event.object)), secretsOf(event));
      wakeups.sourceChanged('Bucket', event);
    },
    reconciler: createBucketReconciler({
      ...services,
      client: platform.client,
      redactor: platform.redactor,
      jitterPercentage: options.jitterPercentage,
      env: process.env,
    }),
  });
  sources.add('Bucket', (key) => controller.get(key));
  wakeups.onConfigChange((config) => {
    for (const key of bySecret.referrers(config)) controller.enqueue(parseKey(key), { priority: 1 });
  });
  services.plugins.onChange((kind, type) => {
    if (kind !== 'source' || type !== 'Bucket') return;
    for (const object of controller.list()) controller.enqueue(keyOf(object));
  });
  return {
    component,
    optional: Bucket,
    sync: (signal) => controller.sync(signal),
    run: (signal, drain) => controller.run(signal, drain),
  };
}

function secretsOf({ type, object }: StoreEvent<Bucket>): string[] {
  if (type === 'deleted') return [];
  const { secretRef, certSecretRef, proxySecretRef, sts } = object.spec;
  const namespace = object.metadata.namespace ?? '';
  return [secretRef, certSecretRef, proxySecretRef, sts?.secretRef, sts?.certSecretRef].flatMap((ref) =>
    ref ? [`Secret/${formatKey({ namespace, name: ref.name })}`] : [],
  );
}
