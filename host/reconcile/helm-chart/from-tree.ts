import { join, posix } from 'node:path';
import type { HelmChart } from '@flux-host/crds/source/helm-chart.ts';
import type { Artifact } from '../../artifacts/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import type { Context } from '../types.ts';
import { dependencyFetcher } from './dependency.ts';
import { noSourceArtifact } from './errors.ts';
import { versionWith } from './from-repository.ts';
import { packageChart } from './package.ts';
import { because } from './reasons.ts';
import type { BuiltChart, ChosenChart, HelmChartOptions } from './types.ts';
import { effectiveValuesFiles, versionMetadata } from './version.ts';

/** A chart in a folder of a GitRepository or Bucket. See `buildFromRepository`. */
export async function buildFromTree(
  options: HelmChartOptions,
  context: Context<HelmChart>,
  run: { artifact: Artifact; workDir: string; isCurrent(chart: ChosenChart): boolean },
): Promise<ChosenChart | BuiltChart> {
  const { object, key, signal, superseded } = context;
  // The address of an artifact may be that of a host that is gone: another artifact ends the wait for it.
  const either = AbortSignal.any([signal, superseded]);
  const lease = await options.store.tree(run.artifact, either).catch((error: unknown) => {
    either.throwIfAborted();
    const isGone = error instanceof FluxError && error.code === 'FLUX_E_ARTIFACT_NOT_FOUND';
    const { kind, name } = object.spec.sourceRef;
    throw isGone ? noSourceArtifact(kind, name, options.requeueDependencyMs) : error;
  });
  try {
    // What would lead out of the tree stays in it, as in Flux.
    const chart = posix.join('/', object.spec.chart).slice(1).replace(/\/$/, '');
    const metadata = versionMetadata(object, run.artifact.revision);
    const { name, version, isFolder } = await metadataOf(options, object, join(lease.dir, chart));
    const files = effectiveValuesFiles(object.spec);
    const isPackaged = isFolder || metadata !== '';
    const chosen = { name, version: versionWith(version, metadata), isPackaged };
    if (run.isCurrent(chosen)) return chosen;
    const built = await packageChart(options, context, {
      chosen,
      mount: lease.dir,
      chart,
      versionMetadata: metadata,
      values: { from: 'source', files },
      workDir: run.workDir,
      namespace: key.namespace,
      fetch: dependencyFetcher(options, { namespace: key.namespace, workDir: run.workDir, signal }),
    });
    if (built.resolved > 0) {
      const message = `resolved ${built.resolved} chart dependencies`;
      context.event({ type: 'Trace', reason: 'ResolvedDependencies', message });
    }
    return built;
  } finally {
    lease.release();
  }
}

async function metadataOf({ charts }: HelmChartOptions, { spec }: HelmChart, path: string) {
  try {
    return await charts.inspect(path);
  } catch (error) {
    throw because('InvalidChartReference', error, `chart '${spec.chart}'`);
  }
}
