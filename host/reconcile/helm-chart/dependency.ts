import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { HelmRepository } from '@flux-host/crds/source/helm-repository.ts';
import type { ChartDependency } from '@flux-host/sdk/contract/chart.ts';
import { normaliseUrl } from '../../charts/repository/url.ts';
import { badDependencyUrl } from './errors.ts';
import { because } from './reasons.ts';
import { openRepository } from './repository/open.ts';
import type { ChartRepository, HelmChartOptions } from './types.ts';

/**
 * Fetches dependencies of a chart: with the configuration of the HelmRepository of the same namespace that has the address, else without any.
 * Each repository is opened once.
 */
export function dependencyFetcher(
  options: HelmChartOptions,
  { namespace, workDir, signal }: { namespace: string; workDir: string; signal: AbortSignal },
): (dependency: ChartDependency, dir: string) => Promise<string> {
  const opened = new Map<string, Promise<ChartRepository>>();
  const open = (url: string): Promise<ChartRepository> => {
    const known = opened.get(url);
    if (known) return known;
    const repository = repositoryFor(options, url, namespace);
    const at = join(workDir, 'indexes', String(opened.size));
    const opening = mkdir(at, { recursive: true }).then(() =>
      openRepository(options, { repository, workDir: at, signal }),
    );
    opened.set(url, opening);
    return opening;
  };
  return async ({ name, version = '', repository = '', alias }, dir) => {
    try {
      const source = await open(checkedUrl(repository));
      const found = await source.find(name, version);
      return basename(await source.download(found, dir));
    } catch (error) {
      throw because('DependencyBuildError', error, `failed to add remote dependency '${alias || name}'`);
    }
  };
}

function checkedUrl(repository: string): string {
  if (repository.startsWith('@') || repository.startsWith('alias:'))
    throw badDependencyUrl(
      `aliased repository dependency is not supported: ${repository}`,
      'write the URL of the repository in Chart.yaml: aliases are known only to the helm of who made them',
    );
  if (!/^(https?|oci):\/\//.test(repository))
    throw badDependencyUrl(`invalid dependency repository URL: ${repository}`);
  return normaliseUrl(repository);
}

function repositoryFor(
  { repositories }: HelmChartOptions,
  url: string,
  namespace: string,
): Pick<HelmRepository, 'spec' | 'metadata' | 'status'> {
  const found = repositories(namespace).find(
    ({ spec }) => URL.canParse(spec.url) && normaliseUrl(spec.url) === url,
  );
  if (found) return found;
  return {
    metadata: { name: '', namespace },
    spec: { url, ...(url.startsWith('oci://') ? { type: 'oci' as const } : {}) },
  };
}
