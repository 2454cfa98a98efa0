import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import { HelmChart } from '@flux-host/crds/source/helm-chart.ts';
import { isNewer } from '../../apply/resource-version.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import { helmFieldManager, helmGroup } from '../../helm/actions/context.ts';
import { isKube } from '../../kube/errors.ts';
import { formatApiVersion, formatKey, parseKey } from '../../kube/object.ts';
import type { KubeClient, KubeObject, NamespacedName } from '../../kube/types.ts';
import type { SourceLookup, SourceObject } from '../kustomization/source.ts';
import type { Context } from '../types.ts';
import { emit } from './events.ts';

/** The HelmChart that is made of `spec.chart`. */
export function helmChartKey({ spec, metadata }: HelmRelease): NamespacedName | undefined {
  if (!spec.chart) return undefined;
  const namespace = metadata.namespace ?? '';
  return {
    namespace: spec.chart.spec.sourceRef.namespace ?? namespace,
    name: `${namespace}-${metadata.name}`,
  };
}

/**
 * Makes the HelmChart of `spec.chart`, and removes the one that was made for what the spec said before.
 * @returns where sources are to be looked for from then on: what was applied just now is older there than in this attempt
 * @throws FluxError with reason AccessDenied where namespaces may not be crossed; KubeError
 */
export async function reconcileChartTemplate(
  context: Context<HelmRelease>,
  { client, sources }: { client: KubeClient; sources: SourceLookup },
): Promise<SourceLookup> {
  const { object, signal } = context;
  const key = helmChartKey(object);
  const before = object.status?.helmChart;
  if (before && before !== (key && formatKey(key))) await deleteChart(context, client);
  if (!key) return sources;
  if (sources.noCrossNamespaceRefs && key.namespace !== object.metadata.namespace) {
    const text = `HelmChart/${formatKey(key)}`;
    throw new FluxError(
      'FLUX_E_ACCESS_DENIED',
      `can't access '${text}', cross-namespace references have been blocked`,
      {
        reason: 'AccessDenied',
        terminal: true,
      },
    );
  }
  const wanted = chartOf(object, key);
  note(context, key);
  const known = sources.find({ ...key, kind: HelmChart.kind });
  if (known && !differs(known, wanted)) return sources;
  const live = await found(client, key, signal);
  if (live && !differs(live, wanted)) return sources;
  let applied: SourceObject;
  try {
    applied = await client.apply(HelmChart, wanted, { fieldManager: helmFieldManager, force: true, signal });
  } catch (error) {
    signal.throwIfAborted();
    emit(context, {
      type: 'Trace',
      reason: 'HelmChartSyncErr',
      message: `failed to run server-side apply: ${errorText(error)}`,
    });
    throw error;
  }
  const { kind, name } = object.spec.chart?.spec.sourceRef ?? {};
  const action = live ? 'Configured' : 'Created';
  const message = `${action} HelmChart/${formatKey(key)} with SourceRef '${kind}/${key.namespace}/${name}'`;
  context.log.info(message);
  emit(context, { type: 'Trace', reason: `HelmChart${action}`, message });
  return seenBy(sources, applied);
}

/** The caches of sources, as if they had caught up with an object. */
function seenBy(sources: SourceLookup, written: SourceObject): SourceLookup {
  const { name, namespace, resourceVersion } = written.metadata;
  return {
    ...sources,
    find(key) {
      const found = sources.find(key);
      if (key.kind !== written.kind || key.name !== name || key.namespace !== namespace) return found;
      return isNewer(found?.metadata.resourceVersion, resourceVersion) ? found : written;
    },
  };
}

function note({ object }: Context<HelmRelease>, key: NamespacedName): void {
  object.status = { ...object.status, helmChart: formatKey(key) };
}

/** The HelmChart as `spec.chart` has it. */
export function chartOf({ spec, metadata }: HelmRelease, key: NamespacedName): HelmChart {
  const template = spec.chart;
  if (!template) throw new Error('there is no template');
  const { chart, version, sourceRef, reconcileStrategy, valuesFiles, ignoreMissingValuesFiles, verify } =
    template.spec;
  return {
    apiVersion: formatApiVersion(HelmChart),
    kind: HelmChart.kind,
    metadata: {
      ...key,
      labels: {
        ...template.metadata?.labels,
        [`${helmGroup}/name`]: metadata.name,
        [`${helmGroup}/namespace`]: metadata.namespace ?? '',
      },
      ...(template.metadata?.annotations ? { annotations: template.metadata.annotations } : {}),
    },
    spec: {
      chart,
      ...(version ? { version } : {}),
      sourceRef: { kind: sourceRef.kind, name: sourceRef.name },
      interval: template.spec.interval ?? spec.interval,
      ...(reconcileStrategy ? { reconcileStrategy } : {}),
      ...(valuesFiles ? { valuesFiles } : {}),
      ...(ignoreMissingValuesFiles ? { ignoreMissingValuesFiles } : {}),
      ...(verify ? { verify } : {}),
    },
  };
}

async function found(
  client: KubeClient,
  key: NamespacedName,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    return await client.get(HelmChart, key, { signal });
  } catch (error) {
    if (isKube(error, 'notFound')) return undefined;
    throw error;
  }
}

/** Whether a field of ours is another one. What the API server adds as a default does not count. */
export function differs(live: KubeObject, wanted: KubeObject): boolean {
  const ours = live.metadata.managedFields?.find(
    ({ manager, operation }) => manager === helmFieldManager && operation === 'Apply',
  );
  const fields = JSON.stringify(ours?.fieldsV1 ?? {});
  const expected = new Map(Object.entries(Object(wanted['spec'])));
  const isRemoved = [
    'valuesFiles',
    'ignoreMissingValuesFiles',
    'verify',
    'version',
    'reconcileStrategy',
  ].some((field) => !expected.has(field) && fields.includes(`"f:${field}"`));
  return isRemoved || !contains(live['spec'], wanted['spec']) || !contains(live.metadata, wanted.metadata);
}

function contains(live: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(live) &&
      live.length === wanted.length &&
      wanted.every((each, i) => contains(live[i], each))
    );
  }
  if (typeof wanted !== 'object' || wanted === null) return live === wanted;
  const given = new Map(Object.entries(Object(live)));
  return Object.entries(wanted).every(([field, value]) => contains(given.get(field), value));
}

/** Removes the HelmChart that was made for a HelmRelease. @throws KubeError */
export async function deleteChart(context: Context<HelmRelease>, client: KubeClient): Promise<void> {
  const { object, signal } = context;
  const name = object.status?.helmChart;
  if (!name) return;
  try {
    await client.delete(HelmChart, parseKey(name), { signal });
    emit(context, { type: 'Trace', reason: 'HelmChartDeleted', message: `deleted HelmChart '${name}'` });
  } catch (error) {
    if (!isKube(error, 'notFound')) throw error;
  }
  const { helmChart: _, ...status } = object.status ?? {};
  object.status = status;
}
