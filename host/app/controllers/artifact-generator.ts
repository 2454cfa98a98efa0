import { ArtifactGenerator } from '@flux-host/crds/source-extensions/artifact-generator.ts';
import { formatKey, keyOf, parseKey } from '../../kube/object.ts';
import type { StoreEvent } from '../../kube/types.ts';
import { createArtifactGeneratorReconciler } from '../../reconcile/artifact-generator/reconciler.ts';
import { Controller } from '../../reconcile/controller.ts';
import { ReferenceIndex } from '../reference-index.ts';
import { type AppController, commonOf, type Parts } from './parts.ts';

const component = 'source-watcher';

/** Artifacts that are made of other artifacts. A source with another artifact wakes those that use it. */
export function artifactGenerators(parts: Parts): AppController {
  const { options, platform, services, wakeups, sources } = parts;
  const events = parts.events(component);
  const bySource = new ReferenceIndex();
  const controller: Controller<ArtifactGenerator> = new Controller<ArtifactGenerator>({
    ...commonOf(parts),
    name: 'artifactgenerator',
    fieldManager: component,
    finalizer: 'source.extensions.fluxcd.io/finalizer',
    resource: ArtifactGenerator,
    event: (object, event) => events.event(object, event),
    onChange: (event) => bySource.set(formatKey(keyOf(event.object)), sourcesOf(event)),
    reconciler: createArtifactGeneratorReconciler({
      ...services,
      client: platform.client,
      noCrossNamespaceRefs: options.noCrossNamespaceRefs,
      requeueDependencyMs: options.requeueDependencyMs,
      jitterPercentage: options.jitterPercentage,
      find: (key) => sources.find(key),
    }),
  });
  wakeups.onSourceChange((source) => {
    for (const key of bySource.referrers(source)) {
      controller.enqueue(parseKey(key), { supersede: source, priority: 1 });
    }
  });
  return {
    component,
    optional: ArtifactGenerator,
    sync: (signal) => controller.sync(signal),
    run: (signal, drain) => controller.run(signal, drain),
  };
}

function sourcesOf({ type, object }: StoreEvent<ArtifactGenerator>): string[] {
  if (type === 'deleted') return [];
  const { namespace: own = '' } = object.metadata;
  return object.spec.sources.map(
    ({ kind, name, namespace = own }) => `${kind}/${formatKey({ namespace, name })}`,
  );
}
