import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import type { ComposeResponse, InspectResponse } from '@flux-host/sdk/contract/chart.ts';
import type { Artifact, TreeLease } from '../../artifacts/types.ts';
import type { HealthReader } from '../../cel/health.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { createActionLog } from '../../helm/action-log.ts';
import { type ChartEngine, type ChartFiles, createChartEngine, findChart } from '../../helm/charts.ts';
import { createStorage } from '../../helm/storage.ts';
import type { ChartMetadata } from '../../helm/types.ts';
import { clone } from '../../json.ts';
import { inTargetCluster } from '../target-cluster.ts';
import type { Context } from '../types.ts';
import { latest } from './history.ts';
import { identityOf } from './identity.ts';
import type { HelmReleaseOptions } from './options.ts';
import { clearFailures } from './perform.ts';
import { isReset } from './requests.ts';
import type { LoadedChart, Run } from './run.ts';
import { releaseNameOf, releaseNamespaceOf, storageNamespaceOf } from './settings.ts';
import { findChartArtifact, versionWithDigest } from './source.ts';
import { valuesOf } from './values.ts';

/**
 * Runs `work` with everything that a release is made of: the chart of the source, and the values.
 * @throws FluxError with the reason of Flux for what is missing
 */
export async function withRun<R>(
  options: HelmReleaseOptions,
  context: Context<HelmRelease>,
  work: (run: Run) => Promise<R>,
  readHealth?: HealthReader,
): Promise<R> {
  const { object, signal } = context;
  const { key, artifact } = await findChartArtifact(object, options.sources);
  const engine = createChartEngine({
    plugins: options.plugins,
    namespace: object.metadata.namespace ?? '',
    signal,
    algorithm: options.digestAlgorithm,
    ...(options.inspections ? { inspections: options.inspections } : {}),
  });
  const { values, digest } = await valuesOf(object, { engine, access: options, signal });
  const tree = await treeOf(options, context, artifact);
  try {
    const found = await findChart(tree.dir, `${key.kind}/${key.namespace}/${key.name}`);
    const files = { ...found, digest: tree.digest };
    const inspected = await inspectedFor(engine, files, { values, digest });
    const { version, digest: ociDigest } = versionWithDigest(
      String(inspected.metadata['version']),
      { kind: key.kind, revision: artifact.revision },
      options.tracksDigests,
    );
    const chart: LoadedChart = {
      files,
      inspected,
      metadata: metadataOf(inspected.metadata, version),
      ...(ociDigest ? { ociDigest } : {}),
    };
    const written: Run['written'] = new Map();
    const name = releaseNameOf(object);
    return await inTargetCluster({ options, context, reason: 'RESTClientError' }, (target) => {
      const { client, identity } = identityOf(object, target.options);
      return work({
        ...target,
        engine,
        client,
        identity,
        name,
        namespace: releaseNamespaceOf(object),
        storage: createStorage({
          client,
          namespace: storageNamespaceOf(object),
          name,
          signal: target.context.signal,
          onWrite: (release) => void written.set(release.version, clone(release)),
        }),
        written,
        actionLog: createActionLog(),
        ...(readHealth ? { readHealth } : {}),
        chart,
        values,
        configDigest: digest,
      });
    });
  } finally {
    tree.release();
  }
}

/** Only definitions of subcharts depend on the values. */
async function inspectedFor(
  engine: ChartEngine,
  files: ChartFiles,
  values: ComposeResponse,
): Promise<InspectResponse> {
  const whole = await engine.inspect(files);
  const ofSubcharts = whole.crds.some(({ file }) => /^[^/]+\/charts\//.test(file));
  return ofSubcharts ? engine.inspect(files, values) : whole;
}

/** What keeps the chart from being read is told as Flux does; another chart ends the wait for this one. */
async function treeOf(
  { store, sources }: HelmReleaseOptions,
  { signal, superseded }: Context<HelmRelease>,
  artifact: Artifact,
): Promise<TreeLease> {
  const either = AbortSignal.any([signal, superseded]);
  try {
    return await store.tree(artifact, either);
  } catch (error) {
    either.throwIfAborted();
    if (!(error instanceof FluxError)) throw error;
    // The source's own reconcile brings it back; this is the safety net.
    const isGone = error.code === 'FLUX_E_ARTIFACT_NOT_FOUND';
    throw new FluxError(error.code, `Could not load chart: ${error.message}`, {
      reason: 'ArtifactFailed',
      cause: error,
      ...(isGone ? { retryAfterMs: sources.requeueDependencyMs } : {}),
      ...(error.hint ? { hint: error.hint } : {}),
    });
  }
}

function metadataOf(fields: Readonly<Record<string, unknown>>, version: string): ChartMetadata {
  const { appVersion } = fields;
  return {
    ...fields,
    name: String(fields['name']),
    version,
    ...(typeof appVersion === 'string' ? { appVersion } : {}),
  } satisfies ChartMetadata;
}

/** Whether the release would become another one than the one that there is, which has to go first: `Reinstall`. */
export function targetChanged({
  context: { object },
  chart,
}: Pick<Run, 'context' | 'chart'>): string | undefined {
  const current = latest(object);
  const { storageNamespace } = object.status ?? {};
  if (!current || !storageNamespace) return undefined;
  if (storageNamespaceOf(object) !== storageNamespace) return 'storage namespace';
  if (releaseNamespaceOf(object) !== current.namespace) return 'release namespace';
  if (releaseNameOf(object) !== current.name) return 'release name';
  const renamed = chart.metadata.name !== current.chartName;
  return renamed && object.spec.upgrade?.chartNameChangeStrategy !== 'InPlaceUpdate'
    ? 'chart name'
    : undefined;
}

/** Notes what is attempted. What failed for another chart, other values or another spec does not count any more. */
export function noteAttempt({ context: { object }, chart, configDigest }: Run): void {
  const status = object.status ?? {};
  const isOther =
    status.lastAttemptedGeneration !== object.metadata.generation ||
    status.lastAttemptedRevision !== chart.metadata.version ||
    status.lastAttemptedConfigDigest !== configDigest;
  const reset = isReset(object);
  if (isOther || reset) clearFailures(object);
  const {
    lastAttemptedRevisionDigest: _,
    lastAttemptedValuesChecksum: __,
    lastReleaseRevision: ___,
    ...rest
  } = object.status ?? {};
  object.status = {
    ...rest,
    storageNamespace: storageNamespaceOf(object),
    lastAttemptedGeneration: object.metadata.generation ?? 0,
    lastAttemptedRevision: chart.metadata.version,
    ...(chart.ociDigest ? { lastAttemptedRevisionDigest: chart.ociDigest } : {}),
    lastAttemptedConfigDigest: configDigest,
  };
}
