import { HelmChart } from '@flux-host/crds/source/helm-chart.ts';
import { formatKey, keyOf, parseKey } from '../../kube/object.ts';
import type { StoreEvent } from '../../kube/types.ts';
import { Controller } from '../../reconcile/controller.ts';
import { createHelmChartReconciler } from '../../reconcile/helm-chart/reconciler.ts';
import { ReferenceIndex } from '../reference-index.ts';
import { createSecretUsers } from '../secret-users.ts';
import { type AppController, commonOf, type Parts } from './parts.ts';

const component = 'source-controller';

/** Charts of Helm repositories, registries, Git repositories and buckets. A source with another artifact wakes those that are made of it. */
export function helmCharts(parts: Parts): AppController {
  const { options, platform, services, wakeups, sources } = parts;
  const events = parts.events(component);
  const bySource = new ReferenceIndex();
  const secretUsers = createSecretUsers<HelmChart>({
    wakeups,
    secretsOf: ({ spec: { verify } }) => [verify?.secretRef],
    wake: (key) => controller.enqueue(key, { priority: 1 }),
  });
  const controller: Controller<HelmChart> = new Controller<HelmChart>({
    ...commonOf(parts),
    name: 'helmchart',
    fieldManager: component,
    resource: HelmChart,
    event: (object, event) => events.event(object, event),
    onChange: (event) => {
      bySource.set(formatKey(keyOf(event.object)), sourcesOf(event));
      secretUsers.observe(event);
      wakeups.sourceChanged('HelmChart', event);
    },
    reconciler: createHelmChartReconciler({
      ...services,
      client: platform.client,
      redactor: platform.redactor,
      requeueDependencyMs: options.requeueDependencyMs,
      jitterPercentage: options.jitterPercentage,
      trustedRoot: services.sigstoreRoot,
      find: (key) => sources.find(key),
      findRepository: (key) => sources.helmRepositories?.get(key),
      repositories: (namespace) =>
        (sources.helmRepositories?.list() ?? []).filter(({ metadata }) => metadata.namespace === namespace),
      indexUsed: (key, isHit) => platform.metrics.indexUsed(key, isHit),
    }),
  });
  sources.add('HelmChart', (key) => controller.get(key));
  wakeups.onSourceChange((source) => {
    for (const key of bySource.referrers(source)) {
      controller.enqueue(parseKey(key), { supersede: source, priority: 1 });
    }
  });
  services.plugins.onChange((kind, type) => {
    const isUsed = kind === 'chart' || (kind === 'source' && type === 'HelmRepository');
    if (isUsed) for (const object of controller.list()) controller.enqueue(keyOf(object));
  });
  return {
    component,
    optional: HelmChart,
    sync: (signal) => controller.sync(signal),
    run: (signal, drain) => controller.run(signal, drain),
  };
}

function sourcesOf({ type, object }: StoreEvent<HelmChart>): string[] {
  const { kind, name } = object.spec.sourceRef;
  if (type === 'deleted') return [];
  return [`${kind}/${formatKey({ namespace: object.metadata.namespace ?? '', name })}`];
}
