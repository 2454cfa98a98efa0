import type { HelmRepository } from '@flux-host/crds/source/helm-repository.ts';
import type { HelmRepositoryWish, IndexValidators } from '@flux-host/sdk/contract/helm-repository.ts';
import type { FetchResponse } from '@flux-host/sdk/contract/source.ts';
import type { HttpAccess } from '../../charts/repository/access.ts';
import { isSameOrigin } from '../../charts/repository/url.ts';
import { parseDuration } from '../../duration/duration.ts';
import type { Plugins } from '../../plugins/types.ts';

/** What is to be fetched of a repository. */
export interface RepositoryFetch {
  readonly repository: Pick<HelmRepository, 'spec' | 'metadata'>;
  readonly access: HttpAccess;
  /** Folder that gets `index.yaml` or `chart.tgz`. */
  readonly out: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** A chart instead of the index. */
  readonly chart?: NonNullable<HelmRepositoryWish['chart']>;
  /** The index that is there already, and what the plugin gave as `state` with it. */
  readonly known?: { readonly revision: string; readonly validators: IndexValidators };
}

const defaultTimeout = '60s';

/**
 * Has the plugin of HelmRepositories fetch an index or a chart. Its answer has the digest of the file as the revision, or that of the known index when
 * there is no other; nothing is written then.
 */
export async function fetchFromRepository(
  plugins: Pick<Plugins, 'call'>,
  { repository, access, out, maxBytes, signal, chart, known }: RepositoryFetch,
): Promise<FetchResponse> {
  const { spec, metadata } = repository;
  const address = chart?.url ?? access.url;
  const wish: HelmRepositoryWish = {
    maxBytes,
    ...(chart ? { chart } : {}),
    ...(known ? { validators: known.validators } : {}),
  };
  const mayLogIn = spec.passCredentials || isSameOrigin(address, access.url);
  const { output } = await plugins.call<FetchResponse>({
    kind: 'source',
    type: 'HelmRepository',
    operation: 'fetch',
    namespace: metadata.namespace ?? '',
    address,
    input: {
      spec: { ...spec, url: access.url },
      ...(known ? { revision: known.revision } : {}),
      resolved: wish,
    },
    ...(access.login && mayLogIn ? { secret: encoded(access.login) } : {}),
    ...(access.tls ? { tls: access.tls } : {}),
    out,
    limits: { timeoutMs: parseDuration(spec.timeout ?? defaultTimeout), outFileBytes: maxBytes },
    signal,
  });
  return output;
}

function encoded(login: NonNullable<HttpAccess['login']>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(login).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
}
