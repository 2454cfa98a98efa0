import type { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import type { FetchResponse, ResolveResponse } from '@flux-host/sdk/contract/source.ts';
import type { Artifact, ArtifactStore } from '../../artifacts/types.ts';
import { parseDuration } from '../../duration/duration.ts';
import { FluxError } from '../../errors/flux-error.ts';
import type { KubeClient, NamespacedName } from '../../kube/types.ts';
import type { Redactor } from '../../observability/redact.ts';
import type { Plugins } from '../../plugins/types.ts';
import { readSecret } from '../secrets.ts';
import { attempt } from '../source/attempt.ts';
import { during } from '../source/during.ts';
import { checkStored, markOutdated, markStored } from '../source/stored.ts';
import type { Context, Reconciler } from '../types.ts';
import { checkoutFailure } from './checkout-failure.ts';
import { type GitConnection, gitConnection, withoutUserinfo } from './connection.ts';
import { copyIncludes, includedArtifacts } from './include.ts';
import { contentConfigChanged, recordObserved } from './observed.ts';
import { authOf, type GitIdentities } from './provider.ts';
import { needsVerification, resetVerification, verify } from './verification.ts';

export interface GitRepositoryOptions extends GitIdentities {
  readonly client: KubeClient;
  readonly redactor: Redactor;
  readonly store: ArtifactStore;
  readonly plugins: Pick<Plugins, 'call'>;
  /** `--requeue-dependency`, ms. */
  readonly requeueDependencyMs: number;
  readonly jitterPercentage: number;
  /** Other repositories of the cluster, for `spec.include`. */
  find(key: NamespacedName): GitRepository | undefined;
}

const summaryRules = {
  order: [
    'StorageOperationFailed',
    'FetchFailed',
    'IncludeUnavailable',
    'ArtifactOutdated',
    'ArtifactInStorage',
    'SourceVerified',
    'Stalled',
    'Reconciling',
  ],
  negative: [
    'StorageOperationFailed',
    'FetchFailed',
    'IncludeUnavailable',
    'ArtifactOutdated',
    'Stalled',
    'Reconciling',
  ],
  decisive: ['SourceVerified'],
} as const;

/** Fetches Git repositories through the git plugin and keeps their artifacts in the store. */
export function createGitRepositoryReconciler(options: GitRepositoryOptions): Reconciler<GitRepository> {
  return {
    reconcile: (context) =>
      attempt(context, {
        rules: summaryRules,
        failure: 'GitOperationFailed',
        unit: 'commit',
        jitterPercentage: options.jitterPercentage,
        update: () => update(options, context),
      }),
    finalize: async ({ key }) => {
      await options.store.remove({ kind: 'GitRepository', ...key });
    },
  };
}

/** Brings the artifact up to date; the answer is the first line of the fetched commit's message, if one was fetched. */
async function update(
  options: GitRepositoryOptions,
  context: Context<GitRepository>,
): Promise<string | undefined> {
  const { object } = context;
  await checkStored(options.store, context);
  resetVerification(object);
  const connection = await during(context, 'FetchFailed', () => connect(options, context));
  const includes = await during(context, 'IncludeUnavailable', () =>
    includedArtifacts(object, options.find, options.requeueDependencyMs),
  );
  const current = object.status?.artifact;
  const resolved = await during(context, 'FetchFailed', () =>
    call<ResolveResponse>(options, context, { connection, operation: 'resolve' }),
  );
  const unchanged =
    current?.revision === resolved.revision && !contentConfigChanged(object, includes) ? current : undefined;
  if (unchanged && !needsVerification(object)) {
    markStored(object, unchanged);
    return undefined;
  }
  if (current?.revision !== resolved.revision) markOutdated(context, resolved.revision);
  return fetch(options, context, {
    connection,
    resolved: resolved.resolved,
    includes,
    ...(unchanged ? { unchanged } : {}),
  });
}

async function fetch(
  options: GitRepositoryOptions,
  context: Context<GitRepository>,
  run: {
    connection: GitConnection;
    resolved: unknown;
    includes: readonly Artifact[];
    /** The stored artifact, when only its signature is to be looked into. */
    unchanged?: Artifact;
  },
): Promise<string | undefined> {
  const { object, key, signal } = context;
  const work = await during(context, 'StorageOperationFailed', () => options.store.workDir());
  const { dir } = work;
  try {
    const fetched = await during(context, 'FetchFailed', () =>
      call<FetchResponse>(options, context, {
        connection: run.connection,
        resolved: run.resolved,
        operation: 'fetch',
        out: dir,
      }),
    );
    await verify(options, context, fetched);
    if (run.unchanged?.revision === fetched.revision) {
      markStored(object, run.unchanged);
      return fetched.message;
    }
    await during(context, 'StorageOperationFailed', async () => {
      await copyIncludes({ object, dir, store: options.store, signal }, run.includes);
      const artifact = await options.store.archive({ kind: 'GitRepository', ...key }, fetched.revision, dir, {
        file: `${fetched.revision.slice(fetched.revision.lastIndexOf(':') + 1)}.tar.gz`,
        ignore: { sourceIgnore: true, spec: object.spec.ignore },
        adopt: true,
        ...(fetched.metadata ? { metadata: fetched.metadata } : {}),
      });
      recordObserved(object, run.includes);
      object.status = { ...object.status, artifact: { ...artifact } };
      markStored(object, artifact);
    });
    const { artifact } = object.status ?? {};
    if (artifact) await options.store.collect({ kind: 'GitRepository', ...key }, artifact);
    return fetched.message;
  } finally {
    work.release();
  }
}

async function connect(
  options: GitRepositoryOptions,
  context: Context<GitRepository>,
): Promise<GitConnection> {
  const { spec } = context.object;
  const { namespace } = context.key;
  const read = (name: string) =>
    readSecret(options, { namespace, name }, 'AuthenticationFailed', context.signal);
  const secret = spec.secretRef ? await read(spec.secretRef.name) : undefined;
  const proxy = spec.proxySecretRef ? await read(spec.proxySecretRef.name) : undefined;
  const auth = await authOf(options, context.object, { secret, proxy, signal: context.signal });
  return gitConnection(spec.url, auth, proxy);
}

async function call<T>(
  options: GitRepositoryOptions,
  context: Context<GitRepository>,
  run: { connection: GitConnection; operation: 'resolve' | 'fetch'; resolved?: unknown; out?: string },
): Promise<T> {
  const { object, key, signal } = context;
  const revision = object.status?.artifact?.revision;
  try {
    const { output } = await context.calling(() =>
      options.plugins.call<T>({
        ...run.connection,
        kind: 'source',
        type: 'GitRepository',
        operation: run.operation,
        namespace: key.namespace,
        input: {
          spec: { ...object.spec, url: withoutUserinfo(object.spec.url) },
          ...(revision ? { revision } : {}),
          ...(run.resolved === undefined ? {} : { resolved: run.resolved }),
        },
        ...(run.out ? { out: run.out } : {}),
        limits: { timeoutMs: parseDuration(object.spec.timeout ?? '60s') },
        signal,
      }),
    );
    return output;
  } catch (error) {
    throw error instanceof FluxError ? checkoutFailure(error) : error;
  }
}
