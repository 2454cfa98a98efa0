import { PluginSource } from '@flux-host/crds/plugin/plugin-source.ts';
import { keyOf } from '../../kube/object.ts';
import { Controller } from '../../reconcile/controller.ts';
import { createPluginSourceReconciler } from '../../reconcile/plugin-source/reconciler.ts';
import { createSecretUsers } from '../secret-users.ts';
import { type AppController, commonOf, type Parts } from './parts.ts';

const component = 'source-controller';

/** Sources of third parties' plugins. A plugin that comes or changes, and a watched Secret that changes, wakes its users. */
export function pluginSources(parts: Parts): AppController {
  const { options, platform, services, wakeups, sources } = parts;
  const events = parts.events(component);
  const secretUsers = createSecretUsers<PluginSource>({
    wakeups,
    secretsOf: ({ spec: { secretRef } }) => [secretRef],
    wake: (key) => controller.enqueue(key, { priority: 1 }),
  });
  const controller: Controller<PluginSource> = new Controller<PluginSource>({
    ...commonOf(parts),
    name: 'pluginsource',
    fieldManager: component,
    resource: PluginSource,
    event: (object, event) => events.event(object, event),
    onChange: (event) => {
      secretUsers.observe(event);
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
