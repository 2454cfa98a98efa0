import { join } from 'node:path';
import type { HelmRepository } from '@flux-host/crds/source/helm-repository.ts';
import { IndexValidators } from '@flux-host/sdk/contract/helm-repository.ts';
import type { FetchResponse } from '@flux-host/sdk/contract/source.ts';
import Value from 'typebox/value';
import type { ArtifactStore } from '../../artifacts/types.ts';
import { invalidUrl } from '../../charts/errors.ts';
import { httpAccess } from '../../charts/repository/access.ts';
import { normaliseUrl } from '../../charts/repository/url.ts';
import type { Charts } from '../../charts/types.ts';
import { formatKey } from '../../kube/object.ts';
import type { Plugins } from '../../plugins/types.ts';
import type { SecretAccess } from '../secrets.ts';
import { attempt } from '../source/attempt.ts';
import { during } from '../source/during.ts';
import { sourceRules } from '../source/rules.ts';
import { checkStored, markOutdated, markStored } from '../source/stored.ts';
import type { Context, Reconciler } from '../types.ts';
import { fetchFailed, indexFailed } from './errors.ts';
import { fetchFromRepository } from './fetch.ts';
import { humanSize } from './human-size.ts';

export interface HelmRepositoryOptions extends SecretAccess {
  readonly store: ArtifactStore;
  readonly plugins: Pick<Plugins, 'call'>;
  readonly charts: Pick<Charts, 'index' | 'limits'>;
  readonly jitterPercentage: number;
}

/** What servers told of the indexes that are stored, so that they need not send them again. By object. */
type Validators = Map<
  string,
  { readonly revision: string; readonly url: string; readonly state: IndexValidators }
>;

const kind = 'HelmRepository';

/** Fetches the indexes of Helm's HTTP repositories and keeps them in the store. */
export function createHelmRepositoryReconciler(options: HelmRepositoryOptions): Reconciler<HelmRepository> {
  const validators: Validators = new Map();
  return {
    reconcile: (context) =>
      attempt(context, {
        rules: sourceRules,
        failure: 'Failed',
        unit: 'index',
        jitterPercentage: options.jitterPercentage,
        update: () => update(options, context, validators),
        announcement: ({ size }) => ({
          message: `stored fetched index of ${size === undefined ? 'unknown size' : `size ${humanSize(size)}`} from '${context.object.spec.url}'`,
        }),
      }),
    async finalize({ key }) {
      validators.delete(formatKey(key));
      await options.store.remove({ kind, ...key });
    },
  };
}

async function update(
  options: HelmRepositoryOptions,
  context: Context<HelmRepository>,
  validators: Validators,
): Promise<undefined> {
  const { object, key } = context;
  await checkStored(options.store, context);
  const work = await during(context, 'StorageOperationFailed', () => options.store.workDir());
  try {
    const fetched = await during(context, 'FetchFailed', () =>
      fetchIndex(options, context, { out: work.dir, validators }),
    );
    const { revision, state } = fetched;
    if (Value.Check(IndexValidators, state))
      validators.set(formatKey(key), { revision, url: object.spec.url, state });
    else validators.delete(formatKey(key));
    const current = object.status?.artifact;
    if (current?.revision === revision) {
      markStored(object, current, { message: storedMessage(revision) });
      return;
    }
    await store(options, context, { revision, file: join(work.dir, 'index.yaml') });
  } finally {
    work.release();
  }
}

async function fetchIndex(
  { plugins, charts, ...secrets }: HelmRepositoryOptions,
  context: Context<HelmRepository>,
  { out, validators }: { out: string; validators: Validators },
): Promise<FetchResponse> {
  const { object, key, signal } = context;
  const { url } = object.spec;
  if (url.startsWith('oci://'))
    throw invalidUrl("'oci' URL scheme cannot be used with 'default' HelmRepository type");
  normaliseUrl(url);
  const access = await httpAccess(object, secrets, signal);
  const known = validators.get(formatKey(key));
  const isStored = known?.url === url && known.revision === object.status?.artifact?.revision;
  try {
    return await context.calling(() =>
      fetchFromRepository(plugins, {
        repository: object,
        access,
        out,
        maxBytes: charts.limits.indexBytes,
        signal,
        ...(known && isStored ? { known: { revision: known.revision, validators: known.state } } : {}),
      }),
    );
  } catch (error) {
    throw fetchFailed(error, charts.limits.indexBytes);
  }
}

async function store(
  { store: artifacts, charts }: HelmRepositoryOptions,
  context: Context<HelmRepository>,
  { revision, file }: { revision: string; file: string },
): Promise<void> {
  const { object, key } = context;
  const found = await during(context, 'FetchFailed', async () => {
    try {
      return await context.calling(() => charts.index({ file, digest: revision }));
    } catch (error) {
      throw indexFailed(error);
    }
  });
  context.log.debug('index read', { revision, ...found });
  markOutdated(context, revision, { message: `new index revision '${revision}'` });
  const artifact = await during(context, 'StorageOperationFailed', async () => {
    const stored = await artifacts.put({ kind, ...key }, revision, file, {
      file: `index-${revision.slice(revision.indexOf(':') + 1)}.yaml`,
    });
    const url = await artifacts.link(stored, 'index.yaml');
    object.status = { ...object.status, artifact: { ...stored }, url };
    return stored;
  });
  markStored(object, artifact, { message: storedMessage(revision) });
  await artifacts.collect({ kind, ...key }, artifact);
}

const storedMessage = (revision: string) => `stored artifact: revision '${revision}'`;
