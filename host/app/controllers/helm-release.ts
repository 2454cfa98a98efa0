import { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { createApplier } from '../../apply/create-applier.ts';
import { createDriftWatcher } from '../../apply/drift/watcher.ts';
import { helmGroup } from '../../helm/actions/context.ts';
import { createInspections } from '../../helm/inspections.ts';
import { formatKey, keyOf, parseKey } from '../../kube/object.ts';
import { createReflector } from '../../kube/reflector.ts';
import type { Reflector, StoreEvent } from '../../kube/types.ts';
import { isReady } from '../../reconcile/conditions.ts';
import { Controller } from '../../reconcile/controller.ts';
import { helmChartKey } from '../../reconcile/helm-release/chart-template.ts';
import { dependenciesOf, watchedDependenciesOf } from '../../reconcile/helm-release/dependencies.ts';
import { mindsDrift } from '../../reconcile/helm-release/drift.ts';
import { createHelmReleaseReconciler } from '../../reconcile/helm-release/reconciler.ts';
import { sourceKeyOf, waitsForSource } from '../../reconcile/helm-release/source.ts';
import type { SourceKey } from '../../reconcile/kustomization/source.ts';
import { watchFailures } from '../../reconcile/watch-failures.ts';
import { ReferenceIndex } from '../reference-index.ts';
import { type AppController, commonOf, type Parts } from './parts.ts';
import { readSource } from './read-source.ts';

const component = 'helm-controller';

/** Releases of Helm charts. Another chart, a dependency that turned ready, a watched ConfigMap or Secret wake them. */
export function helmReleases(parts: Parts): AppController {
  const { options, platform, services, wakeups, sources } = parts;
  const events = parts.events(component);
  const remote = services.remotes.helmReleases;
  const drift = createDriftWatcher({
    client: platform.client,
    group: helmGroup,
    onDrift(owner) {
      const object = controller.get(owner);
      if (object && mindsDrift(object)) controller.enqueue(owner, { priority: 2 });
    },
    onError: (error) => platform.log.debug('drift watch failed, trying again', { error: String(error) }),
    onMissed: (count) => platform.metrics.missedEvents('drift', count),
  });
  const applier = createApplier({ tracker: drift });
  const index = {
    source: new ReferenceIndex(),
    dependency: new ReferenceIndex(),
    readyExpr: new ReferenceIndex(),
    config: new ReferenceIndex(),
  };
  const wake = (referrers: readonly string[], supersede?: string) => {
    for (const key of referrers)
      controller.enqueue(parseKey(key), supersede ? { supersede, priority: 1 } : {});
  };
  const dependencyChanged = (event: StoreEvent<HelmRelease>) => {
    const key = formatKey(keyOf(event.object));
    wake(index.readyExpr.referrers(key));
    const becameReady = isReady(event.object) && !(event.type === 'updated' && isReady(event.old));
    if (event.type === 'deleted' || becameReady) wake(index.dependency.referrers(key));
  };
  const otherShards =
    options.labelSelector === undefined ? undefined : watchOtherShards(parts, dependencyChanged);
  const controller: Controller<HelmRelease> = new Controller<HelmRelease>({
    ...commonOf(parts),
    name: 'helmrelease',
    fieldManager: component,
    resource: HelmRelease,
    event: (object, event) => events.event(object, event),
    onChange(event) {
      const { object } = event;
      // Nothing will be released until it is resumed.
      if (event.type === 'deleted' || object.spec.suspend) remote.forget(keyOf(object));
      const from = formatKey(keyOf(object));
      const isGone = event.type === 'deleted';
      const source = isGone ? undefined : chartSourceOf(object);
      index.source.set(from, source ? [`${source.kind}/${formatKey(source)}`] : []);
      index.dependency.set(from, isGone ? [] : dependenciesOf(object).map(formatKey));
      index.readyExpr.set(from, isGone ? [] : watchedDependenciesOf(object).map(formatKey));
      index.config.set(from, isGone ? [] : configsOf(object));
      dependencyChanged(event);
    },
    reconciler: createHelmReleaseReconciler({
      ...options.helm,
      client: platform.client,
      redactor: platform.redactor,
      plugins: services.plugins,
      store: services.store,
      inspections: createInspections(services.plugins),
      applier,
      remote,
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
  wakeups.helmReleases = controller;
  wakeups.onSourceChange((source) => wake(index.source.referrers(source), source));
  wakeups.onSourceReadiness((source) =>
    wake(
      index.source.referrers(source).filter((text) => {
        const key = parseKey(text);
        const object = controller.get(key);
        return object && (controller.isWorking(key) || waitsForSource(object));
      }),
    ),
  );
  wakeups.onConfigChange((config) => wake(index.config.referrers(config), config));
  services.plugins.onChange((kind) => {
    if (kind === 'chart') for (const object of controller.list()) controller.enqueue(keyOf(object));
  });
  return {
    component,
    optional: HelmRelease,
    async sync(signal) {
      await Promise.all([controller.sync(signal), otherShards?.start(signal)]);
    },
    run: (signal, drain) => controller.run(signal, drain),
    async close() {
      drift.close();
      applier.close();
    },
  };
}

/** HelmReleases that other processes reconcile, for `dependsOn`. */
function watchOtherShards(
  { platform }: Parts,
  onEvent: (event: StoreEvent<HelmRelease>) => void,
): Reflector<HelmRelease> {
  return createReflector<HelmRelease>({
    client: platform.client,
    resource: HelmRelease,
    onEvent,
    onError: watchFailures(platform.log, 'HelmRelease'),
  });
}

/** By the spec, where that tells: a HelmChart may be ready before the status that names it comes back. */
function chartSourceOf(object: HelmRelease): SourceKey | undefined {
  const made = helmChartKey(object);
  return made ? { kind: 'HelmChart', ...made } : sourceKeyOf(object);
}

function configsOf({ spec, metadata }: HelmRelease): string[] {
  const namespace = metadata.namespace ?? '';
  const { secretRef, configMapRef } = spec.kubeConfig ?? {};
  const configs = [
    ...(spec.valuesFrom ?? []),
    ...(secretRef ? [{ kind: 'Secret', name: secretRef.name }] : []),
    ...(configMapRef ? [{ kind: 'ConfigMap', name: configMapRef.name }] : []),
  ];
  return configs.map(({ kind, name }) => `${kind}/${formatKey({ namespace, name })}`);
}
