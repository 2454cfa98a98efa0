import { Bucket } from '@flux-host/crds/source/bucket.ts';
import { keyOf } from '../../kube/object.ts';
import { createBucketReconciler } from '../../reconcile/bucket/reconciler.ts';
import { Controller } from '../../reconcile/controller.ts';
import { createSecretUsers } from '../secret-users.ts';
import { type AppController, commonOf, type Parts } from './parts.ts';

const component = 'source-controller';

/** Buckets of object storage. A plugin that comes or changes, and a watched Secret that changes, wakes its users. */
export function buckets(parts: Parts): AppController {
  const { options, platform, services, wakeups, sources } = parts;
  const events = parts.events(component);
  const secretUsers = createSecretUsers<Bucket>({
    wakeups,
    secretsOf: ({ spec: { secretRef, certSecretRef, proxySecretRef, sts } }) => [
      secretRef,
      certSecretRef,
      proxySecretRef,
      sts?.secretRef,
      sts?.certSecretRef,
    ],
    wake: (key) => controller.enqueue(key, { priority: 1 }),
  });
  const controller: Controller<Bucket> = new Controller<Bucket>({
    ...commonOf(parts),
    name: 'bucket',
    fieldManager: component,
    resource: Bucket,
    event: (object, event) => events.event(object, event),
    onChange: (event) => {
      secretUsers.observe(event);
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
