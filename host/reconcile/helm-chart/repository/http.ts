import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HelmRepository } from '@flux-host/crds/source/helm-repository.ts';
import { type HttpAccess, httpAccess } from '../../../charts/repository/access.ts';
import { resolveUrl } from '../../../charts/repository/url.ts';
import type { IndexArtifact } from '../../../charts/types.ts';
import { FluxError } from '../../../errors/flux-error.ts';
import { fetchFromRepository } from '../../helm-repository/fetch.ts';
import { chartTooLarge, noUrl, unverifiable } from '../errors.ts';
import type { ChartRepository, FoundChart, HelmChartOptions } from '../types.ts';

export interface HttpRepositoryOptions {
  readonly repository: Pick<HelmRepository, 'spec' | 'metadata' | 'status'>;
  /** For an index that is not in the store: nobody made a HelmRepository for it, or it is not ready yet. */
  readonly workDir: string;
  readonly signal: AbortSignal;
}

/** A repository over HTTP: with the index that its HelmRepository has in the store, else with one that is fetched for this chart alone. */
export async function openHttpRepository(
  options: HelmChartOptions,
  { repository, workDir, signal }: HttpRepositoryOptions,
): Promise<ChartRepository> {
  const { charts, plugins } = options;
  const access = await httpAccess(repository, options, signal);
  let opened: Promise<IndexArtifact> | undefined;
  const indexOf = () => {
    opened ??= openIndex(options, { repository, access, workDir, signal });
    return opened;
  };
  return {
    async find(name, range) {
      const { found, isHit } = await charts.select(await indexOf(), name, range);
      const { namespace = '', name: repositoryName } = repository.metadata;
      if (repositoryName) options.indexUsed({ namespace, name: repositoryName }, isHit);
      return {
        name: found.name,
        version: found.version,
        url: found.url,
        ...digestOf(found.digest),
      };
    },
    async download({ name, url, digest }, dir) {
      if (url === '') throw noUrl(name);
      const chart = { url: resolveUrl(access.url, url), ...(digest === undefined ? {} : { digest }) };
      const maxBytes = charts.limits.chartBytes;
      await mkdir(dir, { recursive: true });
      try {
        await fetchFromRepository(plugins, { repository, access, out: dir, maxBytes, signal, chart });
      } catch (error) {
        throw error instanceof FluxError && error.reason === 'TooLarge' ? chartTooLarge(maxBytes) : error;
      }
      return join(dir, 'chart.tgz');
    },
    verify: () => Promise.reject(unverifiable()),
  };
}

async function openIndex(
  { store, plugins, charts }: HelmChartOptions,
  { repository, access, workDir, signal }: HttpRepositoryOptions & { access: HttpAccess },
): Promise<IndexArtifact> {
  const artifact = repository.status?.artifact;
  if (artifact) return { file: store.localPath(artifact), digest: artifact.digest };
  const maxBytes = charts.limits.indexBytes;
  const { revision } = await fetchFromRepository(plugins, {
    repository,
    access,
    out: workDir,
    maxBytes,
    signal,
  });
  return { file: join(workDir, 'index.yaml'), digest: revision };
}

/** A digest that makes no sense is none: Helm does not look at it. */
function digestOf(text: string): Pick<FoundChart, 'digest'> {
  const hex = text.toLowerCase().replace(/^sha256:/, '');
  return /^[0-9a-f]{64}$/.test(hex) ? { digest: `sha256:${hex}` } : {};
}
