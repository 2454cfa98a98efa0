import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HelmRepository } from '@flux-host/crds/source/helm-repository.ts';
import { badLogin, invalidUrl } from '../../../charts/errors.ts';
import { selectTag } from '../../../charts/index/select.ts';
import { loginOf } from '../../../charts/repository/access.ts';
import { normaliseUrl } from '../../../charts/repository/url.ts';
import { parseDuration } from '../../../duration/duration.ts';
import { FluxError } from '../../../errors/flux-error.ts';
import { createOciClient } from '../../../oci/client.ts';
import { credentialsOf, passwordFor } from '../../../oci/credentials.ts';
import { timedOut } from '../../../oci/errors.ts';
import { formatReference, parseRepository } from '../../../oci/reference.ts';
import type { Descriptor, OciClient, RegistryAccess, Repository } from '../../../oci/types.ts';
import { parseVersion } from '../../../semver/version.ts';
import { type AccessRequest, registryAccess } from '../../registry/access.ts';
import { type VerifySpec, verifyArtifact } from '../../registry/verify.ts';
import { readSecret } from '../../secrets.ts';
import { notAChart } from '../errors.ts';
import type { ChartRepository, HelmChartOptions } from '../types.ts';

export interface RegistryOptions {
  readonly repository: Pick<HelmRepository, 'spec' | 'metadata'>;
  readonly verify?: VerifySpec | undefined;
  readonly signal: AbortSignal;
}

/** Types of the layer that is the chart; the second is that of Helm's first attempts. */
const chartTypes = ['application/vnd.cncf.helm.chart.content.v1.tar+gzip', 'application/tar+gzip'];
const defaultTimeout = '60s';

/** Charts in a registry. Tags have `_` where versions have `+`. */
export async function openRegistry(
  options: HelmChartOptions,
  { repository: { spec, metadata }, verify, signal: parent }: RegistryOptions,
): Promise<ChartRepository> {
  const namespace = metadata.namespace ?? '';
  const base = normaliseUrl(spec.url);
  if (!base.startsWith('oci://')) throw invalidUrl(`invalid OCI registry URL: ${spec.url}`);
  const timeout = AbortSignal.timeout(parseDuration(spec.timeout ?? defaultTimeout));
  const signal = AbortSignal.any([parent, timeout]);
  const repositoryOf = (name: string) => parseRepository(`${base}/${name}`);
  const access = await accessTo(options, {
    spec,
    user: { kind: HelmRepository.kind, namespace, name: metadata.name },
    repository: repositoryOf('chart'),
    signal: parent,
  });
  const client = createOciClient({ egress: options.egress, memory: options.registries, access });
  /** Says so when the time is over. */
  const within = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!timeout.aborted || parent.aborted || error instanceof FluxError) throw error;
      throw timedOut(base, 'it took longer than spec.timeout of the HelmRepository');
    }
  };
  return {
    find: (name, range) =>
      within(async () => {
        // A whole version is taken at its word, without a list that may be long.
        const version = parseVersion(range)
          ? range
          : await newest(client, { repository: repositoryOf(name), name, range, signal });
        return { name, version, url: version.replaceAll('+', '_') };
      }),
    verify: (chart) =>
      within(async () => {
        const repository = repositoryOf(chart.name);
        const { digest } = await client.resolve({ ...repository, tag: chart.url }, { signal });
        if (!verify) throw new Error('nobody is named whose signature counts');
        const { kind } = await verifyArtifact(
          { policy: verify, namespace, client, repository, digest, signal },
          options,
        );
        return { chart: { ...chart, digest }, verdict: kind };
      }),
    download: (chart, dir) =>
      within(async () => {
        const repository = repositoryOf(chart.name);
        const layer = await chartLayer(client, { repository, tag: chart.url, digest: chart.digest, signal });
        await mkdir(dir, { recursive: true });
        const file = join(dir, 'chart.tgz');
        await client.saveBlob(repository, layer, {
          file,
          maxBytes: options.charts.limits.chartBytes,
          signal,
        });
        return file;
      }),
  };
}

async function newest(
  client: OciClient,
  run: { repository: Repository; name: string; range: string; signal: AbortSignal },
): Promise<string> {
  const tags = await client.tags(run.repository, { signal: run.signal });
  const versions = tags.map((tag) => tag.replaceAll('_', '+'));
  return selectTag(run.name, versions, run.range);
}

async function chartLayer(
  client: OciClient,
  run: { repository: Repository; tag: string; digest: string | undefined; signal: AbortSignal },
): Promise<Descriptor> {
  const { repository, tag, digest, signal } = run;
  const reference = { ...repository, ...(digest === undefined ? { tag } : { digest }) };
  const { content } = await client.manifest(reference, { signal });
  const layers = content.kind === 'image' ? content.manifest.layers : [];
  const layer = layers.find(({ mediaType }) => chartTypes.includes(mediaType));
  if (!layer)
    throw notAChart(
      formatReference({ ...repository, tag }),
      layers.map(({ mediaType }) => mediaType),
    );
  return layer;
}

/** A Secret has user name and password, as for other repositories, or is a pull secret. */
async function accessTo(
  options: HelmChartOptions,
  run: Pick<AccessRequest, 'user' | 'repository' | 'signal'> & { spec: HelmRepository['spec'] },
): Promise<RegistryAccess> {
  const { spec, user, repository, signal } = run;
  const { namespace } = user;
  const { secretRef, ...others } = spec;
  const failed = (_part: unknown, why: string) => badLogin(why);
  // A Secret comes before the cloud.
  const provider = secretRef ? 'generic' : (spec.provider ?? 'generic');
  const access = await registryAccess(
    { spec: { ...others, provider }, user, repository, signal, failed },
    options,
  );
  if (!secretRef) return access;
  const data = await readSecret(options, { namespace, name: secretRef.name }, 'AuthenticationFailed', signal);
  const config = data['.dockerconfigjson'];
  if (config === undefined) {
    const login = loginOf(data);
    return login
      ? { ...access, credentials: passwordFor(repository.registry, login.username, login.password) }
      : access;
  }
  const credentials = credentialsOf([config]);
  if (!credentials(repository))
    throw badLogin(
      `no auth config for '${repository.registry}' in the docker-registry Secret '${secretRef.name}'`,
    );
  return { ...access, credentials };
}
