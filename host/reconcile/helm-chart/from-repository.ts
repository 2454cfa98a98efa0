import { join } from 'node:path';
import type { HelmChart } from '@flux-host/crds/source/helm-chart.ts';
import type { HelmRepository } from '@flux-host/crds/source/helm-repository.ts';
import { invalidName } from '../../charts/errors.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { deleteCondition, setCondition } from '../conditions.ts';
import type { Context } from '../types.ts';
import { verificationFailed } from './errors.ts';
import { packageChart } from './package.ts';
import { because, explained } from './reasons.ts';
import { openRepository } from './repository/open.ts';
import type { BuiltChart, ChartRepository, ChosenChart, FoundChart, HelmChartOptions } from './types.ts';
import { effectiveValuesFiles, versionMetadata, withMetadata } from './version.ts';

/** Words of lower-case letters, digits and dashes, with a slash, a period or both between: Flux's rule. */
const chartName = /^[-a-z0-9]+(?:(?:\/\.?|\.)[-a-z0-9]+)*(?:\/\.?|\.)?$/;

/**
 * A chart of a HelmRepository. `isCurrent` tells whether the chosen one is in the store already.
 * @returns what was chosen, and the archive unless it is current
 */
export async function buildFromRepository(
  options: HelmChartOptions,
  context: Context<HelmChart>,
  run: {
    repository: HelmRepository;
    workDir: string;
    isCurrent(chart: ChosenChart): boolean;
  },
): Promise<ChosenChart | BuiltChart> {
  const { object, key, signal } = context;
  const { chart: name, version: range = '*', verify } = object.spec;
  const { repository, workDir } = run;
  if (!chartName.test(name)) throw because('InvalidChartReference', invalidName(name));
  const opened = await openRepository(options, { repository, verify, workDir, signal });
  const doing = 'failed to get chart version for remote reference';
  const found = await explained('ChartPullError', doing, () =>
    context.calling(() => opened.find(name, range)),
  );
  const verified = verify ? await verifyChart(context, opened, found) : found;
  const metadata = versionMetadata(object);
  const isPackaged = metadata !== '';
  const chosen = { name: found.name, version: versionWith(found.version, metadata), isPackaged };
  if (run.isCurrent(chosen)) return chosen;
  const dir = join(workDir, 'chart');
  const { file, fileName } = await explained(
    'ChartPullError',
    'failed to download chart for remote reference',
    async () => {
      const path = await context.calling(() => opened.download(verified, dir));
      return { file: path, fileName: (await context.calling(() => options.charts.inspect(path))).name };
    },
  );
  if (!isPackaged) return { ...chosen, file, fileName, valuesFiles: [], resolved: 0 };
  return packageChart(options, context, {
    chosen,
    mount: dir,
    chart: 'chart.tgz',
    versionMetadata: metadata,
    values: { from: 'chart', files: effectiveValuesFiles(object.spec) },
    workDir,
    namespace: key.namespace,
  });
}

/** @throws FluxError with reason MetadataPatchError */
export function versionWith(version: string, metadata: string): string {
  try {
    return withMetadata(version, metadata);
  } catch (error) {
    throw because('MetadataPatchError', error);
  }
}

/** Records the verdict, a good one too. */
async function verifyChart(
  context: Context<HelmChart>,
  repository: ChartRepository,
  found: FoundChart,
): Promise<FoundChart> {
  const { object, signal } = context;
  const { verify } = object.spec;
  const type = 'SourceVerified';
  try {
    const { chart, verdict } = await context.calling(() => repository.verify(found));
    const message = `verified signature of version ${found.version}`;
    if (verdict === 'ignored') deleteCondition(object, type);
    else setCondition(object, { type, status: 'True', reason: 'Succeeded', message });
    return chart;
  } catch (error) {
    if (signal.aborted || !(error instanceof FluxError)) throw error;
    const keyless = verify?.provider === 'cosign' && !verify.secretRef ? ' keyless' : '';
    const failure = because(
      'ChartVerificationError',
      verificationFailed(`${verify?.provider}${keyless}`, error),
    );
    const message = failure instanceof FluxError ? failure.text : '';
    deleteCondition(object, type);
    setCondition(object, { type, status: 'False', reason: 'VerificationError', message });
    throw failure;
  }
}
