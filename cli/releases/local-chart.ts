import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { HelmChart, type HelmRelease } from '@flux-host/crds/index.ts';
import { repositoryOf } from '../build/checkout.ts';
import { pathAbsent } from './errors.ts';
import { localArtifact } from './local-artifact.ts';
import type { ChartSource } from './sources.ts';
import type { Workshop } from './workshop.ts';

/**
 * The chart of a folder or an archive on this machine in place of the one that a release names, made as the host makes charts of Git
 * repositories: with its dependencies and values files.
 * @param path as the user gave it
 */
export async function localChart(
  release: HelmRelease,
  { path, cwd, workshop, signal }: { path: string; cwd: string; workshop: Workshop; signal: AbortSignal },
): Promise<ChartSource> {
  const place = await realpath(resolve(cwd, path)).catch(() => undefined);
  if (place === undefined) throw pathAbsent('path', path);
  const isArchive = (await stat(place)).isFile();
  const work = isArchive ? await workshop.store.workDir() : undefined;
  const folder = work ? await unpacked(place, work.dir, workshop) : place;
  const root = work?.dir ?? repositoryOf(folder) ?? dirname(folder);
  const chart = relative(root, folder).split(sep).join('/');
  const { valuesFiles, ignoreMissingValuesFiles, sourceRef } = release.spec.chart?.spec ?? {};
  // Those of a repository of charts are in the chart, others beside it.
  const prefix = sourceRef?.kind === 'HelmRepository' ? `${chart}/` : '';
  const key = { kind: HelmChart.kind, namespace: release.metadata.namespace ?? '', name: basename(folder) };
  const made: HelmChart = {
    apiVersion: HelmChart.apiVersion,
    kind: HelmChart.kind,
    metadata: { namespace: key.namespace, name: key.name, generation: 1 },
    spec: {
      chart,
      interval: release.spec.interval,
      sourceRef: { kind: 'GitRepository', name: 'local' },
      ...(valuesFiles ? { valuesFiles: valuesFiles.map((file) => `${prefix}${file}`) } : {}),
      ...(ignoreMissingValuesFiles ? { ignoreMissingValuesFiles } : {}),
    },
  };
  const source = {
    apiVersion: HelmChart.apiVersion,
    kind: 'GitRepository',
    metadata: { namespace: key.namespace, name: 'local', generation: 1 },
    status: { observedGeneration: 1, ...localArtifact(root) },
  };
  try {
    const object = await workshop.helmChart(
      made,
      { find: () => source, findRepository: () => undefined, repositories: () => [] },
      signal,
    );
    return { key, object, isLocal: true };
  } finally {
    work?.release();
  }
}

/** @returns the folder of the chart in there */
async function unpacked(file: string, dir: string, { store }: Workshop): Promise<string> {
  const at = join(dir, 'chart');
  await store.unpack(file, at);
  const [name = ''] = await readdir(at);
  return join(at, name);
}
