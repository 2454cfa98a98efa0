import type { HelmChart } from '@flux-host/crds/source/helm-chart.ts';
import type { HelmRepository } from '@flux-host/crds/source/helm-repository.ts';
import type { Artifact } from '../../artifacts/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { deleteCondition, getCondition, setCondition } from '../conditions.ts';
import { attempt } from '../source/attempt.ts';
import { during } from '../source/during.ts';
import { checkStored, markOutdated, markStored } from '../source/stored.ts';
import type { Context, Reconciler } from '../types.ts';
import { noSource, noSourceArtifact } from './errors.ts';
import { buildFromRepository } from './from-repository.ts';
import { buildFromTree } from './from-tree.ts';
import { conditionOf } from './reasons.ts';
import { announcementOf, reasonOf, storedValuesFiles, summaryOf } from './summary.ts';
import type { BuiltChart, ChosenChart, HelmChartOptions } from './types.ts';

const kind = 'HelmChart';
const rules = {
  order: [
    'StorageOperationFailed',
    'FetchFailed',
    'BuildFailed',
    'ArtifactOutdated',
    'ArtifactInStorage',
    'SourceVerified',
    'Stalled',
    'Reconciling',
  ],
  negative: [
    'StorageOperationFailed',
    'FetchFailed',
    'BuildFailed',
    'ArtifactOutdated',
    'Stalled',
    'Reconciling',
  ],
  decisive: ['SourceVerified'],
} as const;

/** Where a chart comes from. */
type Source =
  | { readonly repository: HelmRepository; readonly artifact?: Artifact }
  | { readonly repository?: never; readonly artifact: Artifact };

/** Fetches or packages charts and keeps their archives in the store. */
export function createHelmChartReconciler(options: HelmChartOptions): Reconciler<HelmChart> {
  return {
    async reconcile(context) {
      let stored: { chart: ChosenChart; valuesFiles: readonly string[] } | undefined;
      return attempt(context, {
        rules,
        failure: 'Failed',
        unit: 'chart',
        jitterPercentage: options.jitterPercentage,
        isWait: (error) => error instanceof FluxError && error.reason === 'NoSourceArtifact',
        async update() {
          stored = await update(options, context);
          return undefined;
        },
        announcement: () =>
          stored
            ? { message: summaryOf(stored.chart, stored.valuesFiles), reason: reasonOf(stored.chart) }
            : { message: 'no chart build' },
      });
    },
    async finalize({ key }) {
      await options.store.remove({ kind, ...key });
    },
  };
}

async function update(
  options: HelmChartOptions,
  context: Context<HelmChart>,
): Promise<{ chart: ChosenChart; valuesFiles: readonly string[] }> {
  const { object } = context;
  await checkStored(options.store, context);
  if (!object.spec.verify || getCondition(object, 'SourceVerified')?.status === 'False')
    deleteCondition(object, 'SourceVerified');
  const work = await during(context, 'StorageOperationFailed', () => options.store.workDir());
  try {
    const chart = await observed(context, async () => {
      const source = await sourceOf(options, object);
      if (source.artifact) {
        object.status = { ...object.status, observedSourceArtifactRevision: source.artifact.revision };
      }
      return build(options, context, { source, workDir: work.dir });
    });
    const valuesFiles = 'file' in chart ? chart.valuesFiles : storedValuesFiles(object);
    if ('file' in chart) await store(options, context, chart);
    const { artifact } = object.status ?? {};
    if (!artifact) throw new Error('a chart was built without an artifact');
    markStored(object, artifact, { reason: reasonOf(chart), message: summaryOf(chart, valuesFiles) });
    return { chart, valuesFiles };
  } finally {
    work.release();
  }
}

/** Writes a failure into the condition that Flux keeps for it; of the others none is left. */
async function observed<T>(context: Context<HelmChart>, work: () => Promise<T>): Promise<T> {
  const { object, signal } = context;
  try {
    const result = await work();
    for (const type of ['FetchFailed', 'BuildFailed']) deleteCondition(object, type);
    return result;
  } catch (error) {
    if (!signal.aborted && error instanceof FluxError) {
      const { reason = 'Failed', text } = error;
      const type = conditionOf(error);
      for (const other of ['FetchFailed', 'BuildFailed']) deleteCondition(object, other);
      setCondition(object, { type, status: 'True', reason, message: text });
    }
    throw error;
  }
}

/**
 * An index has to be in the store: after a restart with an empty volume its HelmRepository fetches it once, for all of its charts. Trees may be elsewhere.
 * @throws FluxError with reason SourceUnavailable or NoSourceArtifact
 */
async function sourceOf(options: HelmChartOptions, { spec, metadata }: HelmChart): Promise<Source> {
  const { sourceRef } = spec;
  const key = { namespace: metadata.namespace ?? '', name: sourceRef.name };
  if (sourceRef.kind === 'HelmRepository') {
    const repository = options.findRepository(key);
    if (!repository) throw noSource(sourceRef.kind, sourceRef.name);
    const { artifact } = repository.status ?? {};
    if (repository.spec.type === 'oci') return { repository };
    if (artifact && (await options.store.verify(artifact))) return { repository, artifact };
  } else {
    const source = options.find({ kind: sourceRef.kind, ...key });
    if (!source) throw noSource(sourceRef.kind, sourceRef.name);
    const { artifact } = source.status ?? {};
    if (artifact) return { artifact };
  }
  throw noSourceArtifact(sourceRef.kind, sourceRef.name, options.requeueDependencyMs);
}

function build(
  options: HelmChartOptions,
  context: Context<HelmChart>,
  { source, workDir }: { source: Source; workDir: string },
): Promise<ChosenChart | BuiltChart> {
  const { object } = context;
  const isCurrent = (chart: ChosenChart): boolean => {
    const { artifact, observedChartName, observedGeneration } = object.status ?? {};
    if (
      artifact?.revision === chart.version &&
      observedChartName === chart.name &&
      observedGeneration === object.metadata.generation
    )
      return true;
    if (artifact?.revision !== chart.version || observedChartName !== chart.name)
      markOutdated(context, chart.version, { reason: 'NewChart', message: announcementOf(chart) });
    return false;
  };
  return source.repository
    ? buildFromRepository(options, context, { repository: source.repository, workDir, isCurrent })
    : buildFromTree(options, context, { artifact: source.artifact, workDir, isCurrent });
}

async function store(
  { store: artifacts }: HelmChartOptions,
  context: Context<HelmChart>,
  chart: BuiltChart,
): Promise<void> {
  const { object, key } = context;
  const artifact = await during(context, 'StorageOperationFailed', async () => {
    const stored = await artifacts.put({ kind, ...key }, chart.version, chart.file, {
      file: `${chart.fileName}-${chart.version}.tgz`,
    });
    const url = await artifacts.link(stored, 'latest.tar.gz');
    const { observedValuesFiles: _before, ...rest } = object.status ?? {};
    object.status = {
      ...rest,
      artifact: { ...stored },
      url,
      observedChartName: chart.name,
      ...(object.spec.ignoreMissingValuesFiles ? { observedValuesFiles: [...chart.valuesFiles] } : {}),
    };
    return stored;
  });
  await artifacts.collect({ kind, ...key }, artifact);
}
