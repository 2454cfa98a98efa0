import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HelmChart } from '@flux-host/crds/source/helm-chart.ts';
import type { ChartDependency, PackageResponse } from '@flux-host/sdk/contract/chart.ts';
import type { Context } from '../types.ts';
import { chartTooLarge, endlessDependencies } from './errors.ts';
import { because, becauseOfPlugin } from './reasons.ts';
import type { BuiltChart, ChosenChart, HelmChartOptions } from './types.ts';

export interface PackageRun {
  readonly chosen: ChosenChart;
  /** Folder that the plugin sees as `/in`. */
  readonly mount: string;
  /** Chart in there. */
  readonly chart: string;
  readonly versionMetadata: string;
  readonly values: { readonly from: 'source' | 'chart'; readonly files: readonly string[] };
  readonly workDir: string;
  readonly namespace: string;
  /** Fetches a dependency into a folder. @returns its archive's name in there */
  fetch?(dependency: ChartDependency, dir: string): Promise<string>;
}

/** Dependencies of dependencies are in their archives, so that one round has to do; another for good measure. */
const mostRounds = 2;

/** Has the plugin of charts make an archive, and fetches what it asks for. @throws FluxError with the reasons of Flux */
export async function packageChart(
  options: HelmChartOptions,
  context: Context<HelmChart>,
  run: PackageRun,
): Promise<BuiltChart> {
  const fetched: Fetched = { mounts: {}, dependencies: {} };
  const out = join(run.workDir, 'packaged');
  await mkdir(out);
  for (let round = 0; round <= mostRounds; round++) {
    const answer = await call(options, context, { ...run, out, fetched });
    if ('dependencies' in answer) {
      await fetchAll(answer.dependencies, run, fetched);
      continue;
    }
    const { name, version, file, valuesFiles = [], resolved = 0 } = answer;
    const path = file === undefined ? join(run.mount, run.chart) : join(out, file);
    const { chartBytes } = options.charts.limits;
    if ((await stat(path)).size > chartBytes) throw because('ChartPackageError', chartTooLarge(chartBytes));
    const { chosen } = run;
    return { ...chosen, version, file: path, fileName: name, valuesFiles, resolved };
  }
  throw endlessDependencies();
}

/** Where the plugin finds what was fetched for it. */
interface Fetched {
  readonly mounts: Record<string, string>;
  readonly dependencies: Record<string, string>;
}

async function call(
  { plugins }: HelmChartOptions,
  context: Context<HelmChart>,
  run: PackageRun & { out: string; fetched: Fetched },
): Promise<PackageResponse> {
  const { chart, versionMetadata, values, fetched, namespace, mount, out } = run;
  const { files, from } = values;
  try {
    const { output } = await context.calling(() =>
      plugins.call<PackageResponse>({
        kind: 'chart',
        type: 'helm',
        operation: 'package',
        namespace,
        input: {
          chart,
          ...(versionMetadata === '' ? {} : { versionMetadata }),
          ...(files.length === 0
            ? {}
            : {
                valuesFiles: {
                  from,
                  files,
                  ...(context.object.spec.ignoreMissingValuesFiles ? { ignoreMissing: true } : {}),
                },
              }),
          ...(Object.keys(fetched.dependencies).length === 0 ? {} : { dependencies: fetched.dependencies }),
        },
        mounts: { '/in': mount, ...fetched.mounts },
        out,
        signal: context.signal,
      }),
    );
    return output;
  } catch (error) {
    throw becauseOfPlugin(error);
  }
}

async function fetchAll(
  dependencies: readonly ChartDependency[],
  { fetch, workDir }: PackageRun,
  fetched: Fetched,
): Promise<void> {
  if (!fetch) throw endlessDependencies();
  for (const dependency of dependencies) {
    const index = Object.keys(fetched.mounts).length;
    const dir = join(workDir, 'dependencies', String(index));
    await mkdir(dir, { recursive: true });
    const file = await fetch(dependency, dir);
    fetched.mounts[`/dependencies/${index}`] = dir;
    fetched.dependencies[dependency.alias || dependency.name] = `/dependencies/${index}/${file}`;
  }
}
