import { HelmRepository } from '@flux-host/crds/source/helm-repository.ts';
import { formatKey, keyOf } from '../../kube/object.ts';
import type { StoreEvent } from '../../kube/types.ts';
import { Controller } from '../../reconcile/controller.ts';
import { createHelmRepositoryReconciler } from '../../reconcile/helm-repository/reconciler.ts';
import { createSecretUsers } from '../secret-users.ts';
import { type AppController, commonOf, type Parts } from './parts.ts';

const component = 'source-controller';

/** Repositories of Helm charts. Those in registries are addresses only; nothing is done for them but to tell the charts that use them. */
export function helmRepositories(parts: Parts): AppController {
  const { options, platform, services, wakeups, sources } = parts;
  const events = parts.events(component);
  const secretUsers = createSecretUsers<HelmRepository>({
    wakeups,
    secretsOf: ({ spec: { secretRef, certSecretRef } }) => [secretRef, certSecretRef],
    wake(key) {
      controller.enqueue(key, { priority: 1 });
      // Charts use the login themselves: in registries, and where the index is open to everybody.
      wakeups.tellOf(`HelmRepository/${formatKey(key)}`);
    },
  });
  const controller: Controller<HelmRepository> = new Controller<HelmRepository>({
    ...commonOf(parts),
    name: 'helmrepository',
    fieldManager: component,
    resource: HelmRepository,
    event: (object, event) => events.event(object, event),
    isStatic,
    onChange: (event) => {
      const key = formatKey(keyOf(event.object));
      secretUsers.observe(event);
      if (event.type === 'deleted') platform.metrics.indexForgotten(keyOf(event.object));
      const isTold = wakeups.sourceChanged('HelmRepository', event);
      if (!isTold && isOther(event)) wakeups.tellOf(`HelmRepository/${key}`);
    },
    reconciler: createHelmRepositoryReconciler({
      ...services,
      client: platform.client,
      redactor: platform.redactor,
      jitterPercentage: options.jitterPercentage,
    }),
  });
  sources.add('HelmRepository', (key) => controller.get(key));
  sources.helmRepositories = controller;
  services.plugins.onChange((kind, type) => {
    if (kind !== 'source' || type !== 'HelmRepository') return;
    for (const object of controller.list()) controller.enqueue(keyOf(object));
  });
  return {
    component,
    optional: HelmRepository,
    sync: (signal) => controller.sync(signal),
    run: (signal, drain) => controller.run(signal, drain),
  };
}

const isStatic = ({ spec }: HelmRepository) => spec.type === 'oci';

/** One without an index came or was changed. */
function isOther(event: StoreEvent<HelmRepository>): boolean {
  if (!isStatic(event.object) || event.type === 'deleted') return false;
  return event.type === 'added' || event.old.metadata.generation !== event.object.metadata.generation;
}
