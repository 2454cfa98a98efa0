import { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { keyOf } from '../../kube/object.ts';
import { createReflector } from '../../kube/reflector.ts';
import type { Reflector } from '../../kube/types.ts';
import { Controller } from '../../reconcile/controller.ts';
import { builderOf } from '../../reconcile/kustomization/builder.ts';
import { createKustomizationReconciler } from '../../reconcile/kustomization/reconciler.ts';
import { watchFailures } from '../../reconcile/watch-failures.ts';
import { decryptionsOf } from '../decryptions.ts';
import { type AppController, commonOf, type Parts } from './parts.ts';
import { readSource } from './read-source.ts';

const component = 'kustomize-controller';

export function kustomizations(parts: Parts): AppController {
  const { options, platform, services, wakeups, sources } = parts;
  const events = parts.events(component);
  const otherShards = options.labelSelector === undefined ? undefined : watchOtherShards(parts);
  const controller: Controller<Kustomization> = new Controller<Kustomization>({
    ...commonOf(parts),
    name: 'kustomization',
    fieldManager: 'gotk-kustomize-controller',
    resource: Kustomization,
    event: (object, event) => events.event(object, event),
    onChange(event) {
      wakeups.kustomizationChanged(event);
      // Nothing will be applied until it is resumed.
      if (event.type === 'deleted' || event.object.spec.suspend)
        services.remotes.kustomizations.forget(keyOf(event.object));
    },
    reconciler: createKustomizationReconciler({
      ...options.kustomize,
      ...services,
      remote: services.remotes.kustomizations,
      client: platform.client,
      redactor: platform.redactor,
      decryptions: decryptionsOf(parts),
      jitterPercentage: options.jitterPercentage,
      find: (key) => controller.get(key) ?? otherShards?.store.get(key),
      sources: {
        noCrossNamespaceRefs: options.noCrossNamespaceRefs,
        allowExternalArtifact: options.kustomize.allowExternalArtifact,
        requeueDependencyMs: options.requeueDependencyMs,
        find: (key) => sources.find(key),
        ...(options.kustomize.directSourceFetch ? { read: (key) => readSource(platform.client, key) } : {}),
      },
    }),
  });
  wakeups.kustomizations = controller;
  // A builder or decryptor that was missing and is there now, or another version of it.
  services.plugins.onChange((kind, type) => {
    for (const object of controller.list()) {
      const isConcerned =
        kind === 'builder' ? builderOf(object) === type : kind === 'decryptor' && object.spec.decryption;
      if (isConcerned) controller.enqueue(keyOf(object));
    }
  });
  return {
    component,
    async sync(signal) {
      await Promise.all([controller.sync(signal), otherShards?.start(signal)]);
    },
    run: (signal, drain) => controller.run(signal, drain),
  };
}

/** Kustomizations that other processes reconcile, for `dependsOn`. */
function watchOtherShards({ platform, wakeups }: Parts): Reflector<Kustomization> {
  return createReflector<Kustomization>({
    client: platform.client,
    resource: Kustomization,
    onEvent: (event) => wakeups.dependencyChanged(event),
    onError: watchFailures(platform.log, 'Kustomization'),
  });
}
