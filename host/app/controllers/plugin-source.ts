import { PluginSource } from '@flux-host/crds/plugin/plugin-source.ts';
import { formatKey, keyOf, parseKey } from '../../kube/object.ts';
import type { StoreEvent } from '../../kube/types.ts';
import { Controller } from '../../reconcile/controller.ts';
import { createPluginSourceReconciler } from '../../reconcile/plugin-source/reconciler.ts';
import { ReferenceIndex } from '../reference-index.ts';
import { type AppController, commonOf, type Parts } from './parts.ts';

const component = 'source-controller';

/** Sources of third parties' plugins. A plugin that comes or changes, and a watched Secret that changes, wakes its users. */
export function pluginSources(parts: Parts): AppController {
  const { options, platform, services, wakeups, sources } = parts;
  const events = parts.events(component);
  const bySecret = new ReferenceIndex();
  const controller: Controller<PluginSource> = new Controller<PluginSource>({
    ...commonOf(parts),
    name: 'pluginsource',
    fieldManager: component,
    resource: PluginSource,
    event: (object, event) => events.event(object, event),
    onChange: (event) => {
      bySecret.set(formatKey(keyOf(event.object)), secretsOf(event));
      wakeups.sourceChanged('ExternalArtifact', event);
    },
    reconciler: createPluginSourceReconciler({
      ...services,
      client: platform.client,
      redactor: platform.redactor,
      jitterPercentage: options.jitterPercentage,
    }),
  });
  sources.add('PluginSource', (key) => controller.get(key));
  wakeups.onConfigChange((config) => {
    for (const key of bySecret.referrers(config)) controller.enqueue(parseKey(key), { priority: 1 });
  });
  services.plugins.onChange((kind, type) => {
    if (kind !== 'source') return;
    for (const object of controller.list())
      if (object.spec.plugin === type) controller.enqueue(keyOf(object));
  });
  return {
    component,
    optional: PluginSource,
    sync: (signal) => controller.sync(signal),
    run: (signal, drain) => controller.run(signal, drain),
  };
}

function secretsOf({ type, object }: StoreEvent<PluginSource>): string[] {
  const { secretRef } = object.spec;
  if (type === 'deleted' || !secretRef) return [];
  return [`Secret/${formatKey({ namespace: object.metadata.namespace ?? '', name: secretRef.name })}`];
}
