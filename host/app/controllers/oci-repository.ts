import { OCIRepository } from '@flux-host/crds/source/oci-repository.ts';
import { keyOf } from '../../kube/object.ts';
import { Controller } from '../../reconcile/controller.ts';
import { createOCIRepositoryReconciler } from '../../reconcile/oci-repository/reconciler.ts';
import { createSecretUsers } from '../secret-users.ts';
import { type AppController, commonOf, type Parts } from './parts.ts';

const component = 'source-controller';

/** Artifacts in OCI registries. A watched Secret that changes wakes those that use it. */
export function ociRepositories(parts: Parts): AppController {
  const { options, platform, services, wakeups, sources } = parts;
  const events = parts.events(component);
  const secretUsers = createSecretUsers<OCIRepository>({
    wakeups,
    secretsOf: ({ spec: { secretRef, certSecretRef, proxySecretRef, verify } }) => [
      secretRef,
      certSecretRef,
      proxySecretRef,
      verify?.secretRef,
      verify?.trustedRootSecretRef,
    ],
    wake: (key) => controller.enqueue(key, { priority: 1 }),
  });
  const controller: Controller<OCIRepository> = new Controller<OCIRepository>({
    ...commonOf(parts),
    name: 'ocirepository',
    fieldManager: component,
    resource: OCIRepository,
    event: (object, event) => events.event(object, event),
    onChange: (event) => {
      secretUsers.observe(event);
      wakeups.sourceChanged('OCIRepository', event);
    },
    reconciler: createOCIRepositoryReconciler({
      ...services,
      client: platform.client,
      redactor: platform.redactor,
      jitterPercentage: options.jitterPercentage,
      trustedRoot: services.sigstoreRoot,
    }),
  });
  services.plugins.onChange((kind, type) => {
    if (kind !== 'source' || type !== 'OCIRepository') return;
    for (const object of controller.list()) controller.enqueue(keyOf(object));
  });
  sources.add('OCIRepository', (key) => controller.get(key));
  return {
    component,
    optional: OCIRepository,
    sync: (signal) => controller.sync(signal),
    run: (signal, drain) => controller.run(signal, drain),
  };
}
