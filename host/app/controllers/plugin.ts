import { join } from 'node:path';
import { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import { createRegistryMemory } from '../../oci/memory.ts';
import { Controller } from '../../reconcile/controller.ts';
import type { PluginOptions } from '../../reconcile/plugin/attempt.ts';
import { followPlugins } from '../../reconcile/plugin/follow.ts';
import { secretsOf } from '../../reconcile/plugin/grants.ts';
import { createLibrary } from '../../reconcile/plugin/library.ts';
import { watchStates } from '../../reconcile/plugin/monitor.ts';
import { createNamespaceLabels } from '../../reconcile/plugin/namespaces.ts';
import { createPluginReconciler } from '../../reconcile/plugin/reconciler.ts';
import { restorePlugins } from '../../reconcile/plugin/restore.ts';
import { recordRollback } from '../../reconcile/plugin/rollback.ts';
import { type AppController, commonOf, type Parts } from './parts.ts';

const fieldManager = 'flux-host';
/** Hidden, so that the artifact server does not show it. */
const folder = '.plugins';

/** Plugins: what administrators install, and what they grant it. */
export function plugins(parts: Parts): AppController {
  const { log } = parts.platform;
  const host = parts.services.plugins;
  const events = parts.events(fieldManager);
  const ending = new AbortController();
  const namespaces = createNamespaceLabels({
    client: parts.platform.client,
    log,
    signal: ending.signal,
    onChange: () => wakeAll(({ spec }) => spec.grants?.namespaces?.matchLabels !== undefined),
  });
  const options = optionsOf(parts, namespaces);
  const reconciler = createPluginReconciler(options);
  const { namespace: _clusterScoped, ...common } = commonOf(parts);
  const controller: Controller<Plugin> = new Controller<Plugin>({
    ...common,
    reconciler,
    name: 'plugin',
    fieldManager,
    resource: Plugin,
    event: (object, event) => events.event(object, event),
    onChange: ({ type, object }) => {
      // Objects that are suspended are not reconciled.
      if (type !== 'deleted') host.suspend(object.metadata.name, object.spec.suspend ?? false);
    },
  });
  const get = (name: string) => controller.get({ namespace: '', name });
  const wake = (name: string) => controller.enqueue({ namespace: '', name });
  const wakeAll = (concerns: (object: Plugin) => boolean) => {
    for (const object of controller.list().filter(concerns)) {
      reconciler.outdate(object.metadata.name);
      wake(object.metadata.name);
    }
  };
  const others = parts.options.labelSelector
    ? followPlugins({ options, log, resource: Plugin, isOwn: (name) => get(name) !== undefined })
    : undefined;

  const listen = () => {
    const stop = watchStates({ plugins: host, isInstalled: (name) => get(name) !== undefined, wake });
    ending.signal.addEventListener('abort', stop, { once: true });
    host.onRollback((rollback) => {
      const { plugin, from, to, error } = rollback;
      log.error(error, 'a new module of a plugin broke down, the one before is called again', {
        plugin,
        from,
        to,
      });
      recordRollback(options.library, rollback, (text) => options.redactor.redact(text))
        .catch((failure: unknown) => log.error(failure, 'the roll-back cannot be remembered', { plugin }))
        .finally(() => wake(plugin));
    });
    parts.wakeups.onConfigChange((config) => {
      wakeAll((object) => secretsOf(object, options.runtimeNamespace).includes(config));
    });
  };

  return {
    optional: Plugin,
    async sync(signal) {
      signal.addEventListener('abort', () => ending.abort(), { once: true });
      await Promise.all([controller.sync(signal), others?.sync(signal)]);
      await options.library.open();
      await restorePlugins(others?.list() ?? controller.list(), options, { log, signal });
      listen();
    },
    async run(signal, drain) {
      await Promise.all([controller.run(signal, drain), others?.run(signal)]);
    },
  };
}

function optionsOf(
  { options, platform, services }: Parts,
  namespaces: PluginOptions['namespaces'],
): PluginOptions {
  const { client, redactor } = platform;
  const { runtimeNamespace, jitterPercentage, sigstoreTrustedRoot } = options;
  return {
    client,
    redactor,
    runtimeNamespace,
    jitterPercentage,
    plugins: services.plugins,
    sandbox: services.sandbox,
    egress: services.egress,
    registries: createRegistryMemory(),
    library: createLibrary(join(options.storage.path, folder)),
    namespaces,
    ...(sigstoreTrustedRoot === undefined ? {} : { trustedRoot: sigstoreTrustedRoot }),
  };
}
