import { OCIRepository } from '@flux-host/crds/source/oci-repository.ts';
import { formatKey, keyOf, parseKey } from '../../kube/object.ts';
import type { StoreEvent } from '../../kube/types.ts';
import { Controller } from '../../reconcile/controller.ts';
import { createOCIRepositoryReconciler } from '../../reconcile/oci-repository/reconciler.ts';
import { ReferenceIndex } from '../reference-index.ts';
import { type AppController, commonOf, type Parts } from './parts.ts';

const component = 'source-controller';

/** Artifacts in OCI registries. A watched Secret that changes wakes those that use it. */
export function ociRepositories(parts: Parts): AppController {
  const { options, platform, services, wakeups, sources } = parts;
  const events = parts.events(component);
  const { sigstoreTrustedRoot } = options;
  const bySecret = new ReferenceIndex();
  const controller: Controller<OCIRepository> = new Controller<OCIRepository>({
    ...commonOf(parts),
    name: 'ocirepository',
    fieldManager: component,
    resource: OCIRepository,
    event: (object, event) => events.event(object, event),
    onChange: (event) => {
      bySecret.set(formatKey(keyOf(event.object)), secretsOf(event));
      wakeups.sourceChanged('OCIRepository', event);
    },
    reconciler: createOCIRepositoryReconciler({
      ...services,
      client: platform.client,
      redactor: platform.redactor,
      jitterPercentage: options.jitterPercentage,
      ...(sigstoreTrustedRoot === undefined ? {} : { trustedRoot: sigstoreTrustedRoot }),
    }),
  });
  wakeups.onConfigChange((config) => {
    for (const key of bySecret.referrers(config)) controller.enqueue(parseKey(key), { priority: 1 });
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

function secretsOf({ type, object }: StoreEvent<OCIRepository>): string[] {
  if (type === 'deleted') return [];
  const { secretRef, certSecretRef, proxySecretRef, verify } = object.spec;
  const namespace = object.metadata.namespace ?? '';
  return [secretRef, certSecretRef, proxySecretRef, verify?.secretRef, verify?.trustedRootSecretRef].flatMap(
    (ref) => (ref ? [`Secret/${formatKey({ namespace, name: ref.name })}`] : []),
  );
}
