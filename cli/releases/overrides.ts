import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { HelmChart, type HelmRelease, OCIRepository } from '@flux-host/crds/index.ts';
import { createChartEngine } from '@flux-host/host/helm/charts.ts';
import { isRecord } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import type { Invocation } from '../command/types.ts';
import { pathAbsent, sourceAbsent, versionInVain } from './errors.ts';
import { type Future, findObject } from './future.ts';
import { localChart } from './local-chart.ts';
import type { ReleaseBench } from './run.ts';

/** A release with what a command line has different about it. */
export interface Overridden {
  readonly release: HelmRelease;
  readonly bench: ReleaseBench;
  /** Something was overridden: an upgrade is what the user wants to see. */
  readonly isForced: boolean;
}

/** Takes the chart of `--path`, the version of `--chart-version` and the values of `--values`. @throws FluxError */
export async function withOverrides(
  found: HelmRelease,
  bench: ReleaseBench,
  { invocation: { flags, io }, future }: { invocation: Invocation; future: Future },
): Promise<Overridden> {
  const [path, version, files] = [flags.text('path'), flags.text('chart-version'), flags.list('values')];
  const { workshop, signal } = bench;
  let release = found;
  if (version) release = await withVersion(release, version, { bench, future });
  if (files.length > 0) release = await withValues(release, files, { cwd: io.cwd, bench });
  const isForced = path !== '' || version !== '' || files.length > 0;
  if (!path) return { release, bench, isForced };
  const sourceOf = () => localChart(release, { path, cwd: io.cwd, workshop, signal });
  return { release, bench: { ...bench, resolver: { ...bench.resolver, sourceOf } }, isForced };
}

async function withVersion(
  release: HelmRelease,
  version: string,
  { bench: { client, signal }, future }: { bench: ReleaseBench; future: Future },
): Promise<HelmRelease> {
  const { chart, chartRef, ...rest } = release.spec;
  if (chart) {
    if (chart.spec.sourceRef.kind !== 'HelmRepository') throw versionInVain(chart.spec.sourceRef.kind);
    return { ...release, spec: { ...rest, chart: { ...chart, spec: { ...chart.spec, version } } } };
  }
  if (!chartRef) return release;
  const key = { namespace: chartRef.namespace ?? release.metadata.namespace ?? '', name: chartRef.name };
  const resource = { HelmChart, OCIRepository, ExternalArtifact: undefined }[chartRef.kind];
  if (!resource) throw versionInVain(chartRef.kind);
  const source = await findObject<KubeObject>(client, resource, { key, signal });
  if (!source) throw sourceAbsent(`${chartRef.kind}/${key.namespace}/${key.name}`);
  const spec = isRecord(source['spec']) ? source['spec'] : {};
  const generation = (source.metadata.generation ?? 0) + 1;
  const wanted = resource === HelmChart ? { version } : { ref: { semver: version } };
  future.add({
    ...source,
    metadata: { ...source.metadata, generation },
    spec: { ...spec, ...wanted },
  });
  return release;
}

/** The plugin of charts merges files over the values of the HelmRelease, as it does everywhere. */
async function withValues(
  release: HelmRelease,
  files: readonly string[],
  { cwd, bench: { workshop, signal } }: { cwd: string; bench: ReleaseBench },
): Promise<HelmRelease> {
  const namespace = release.metadata.namespace ?? '';
  const engine = createChartEngine({ plugins: workshop.plugins, namespace, signal, algorithm: 'sha256' });
  const parts = await Promise.all(
    files.map(async (file) => {
      const content = await readFile(resolve(cwd, file), 'utf8').catch(() => undefined);
      if (content === undefined) throw pathAbsent('values', file);
      return { name: file, content };
    }),
  );
  const own = { name: 'spec.values', content: JSON.stringify(release.spec.values ?? {}) };
  const { values } = await engine.compose({ parts: [own, ...parts], values: {} });
  return { ...release, spec: { ...release.spec, values } };
}
