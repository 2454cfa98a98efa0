import type { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import type { FetchResponse, ResolveResponse } from '@flux-host/sdk/contract/source.ts';
import type { Artifact, ArtifactStore } from '../../artifacts/types.ts';
import { parseDuration } from '../../duration/duration.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import type { KubeClient, NamespacedName } from '../../kube/types.ts';
import type { Redactor } from '../../observability/redact.ts';
import type { Plugins } from '../../plugins/types.ts';
import { deleteCondition, getCondition, isReady, markFailed, setCondition } from '../conditions.ts';
import { jitter } from '../jitter.ts';
import { readSecret } from '../secrets.ts';
import { markProgress, summarise } from '../summary.ts';
import type { Context, Reconciler, Result } from '../types.ts';
import { checkoutFailure } from './checkout-failure.ts';
import { type GitConnection, gitConnection, withoutUserinfo } from './connection.ts';
import { copyIncludes, includedArtifacts } from './include.ts';
import { contentConfigChanged, recordObserved } from './observed.ts';
import { checkSupported } from './supported.ts';

export interface GitRepositoryOptions {
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

const group = 'source.toolkit.fluxcd.io';
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

const failConditions = ['FetchFailed', 'IncludeUnavailable', 'StorageOperationFailed'] as const;
type FailCondition = (typeof failConditions)[number];

/** Fetches Git repositories through the git plugin and keeps their artifacts in the store. */
export function createGitRepositoryReconciler(options: GitRepositoryOptions): Reconciler<GitRepository> {
  return {
    reconcile: (context) => reconcile(options, context),
    finalize: async ({ key }) => {
      await options.store.remove({ kind: 'GitRepository', ...key });
    },
  };
}

async function reconcile(options: GitRepositoryOptions, context: Context<GitRepository>): Promise<Result> {
  const { object, log } = context;
  const before = structuredClone(object);
  object.status ??= {};
  const newGeneration = object.status.observedGeneration !== object.metadata.generation;
  markProgress(
    object,
    newGeneration
      ? `processing object: new generation ${object.status.observedGeneration ?? -1} -> ${object.metadata.generation}`
      : 'reconciliation in progress',
    false,
  );
  try {
    const message = await update(options, context);
    for (const type of failConditions) deleteCondition(object, type);
    deleteCondition(object, 'ArtifactOutdated');
    deleteCondition(object, 'Reconciling');
    object.status.observedGeneration = object.metadata.generation ?? 0;
    summarise(object, summaryRules);
    await context.patch();
    announce(context, before, message);
    return { requeueAfterMs: jitter(parseDuration(object.spec.interval), options.jitterPercentage) };
  } catch (error) {
    if (context.signal.aborted) throw error;
    const reason = (error instanceof FluxError && error.reason) || 'GitOperationFailed';
    const text = errorText(error);
    const terminal = error instanceof FluxError && error.terminal;
    markFailed(object, { reason, message: text, terminal });
    summarise(object, summaryRules);
    context.event({ type: 'Warning', reason, message: text });
    log.debug('git repository failed', { reason });
    throw error;
  }
}

/** Brings the artifact up to date; the answer is the first line of the fetched commit's message, if one was fetched. */
async function update(
  options: GitRepositoryOptions,
  context: Context<GitRepository>,
): Promise<string | undefined> {
  const { object } = context;
  await checkStored(options, context);
  checkSupported(object);
  const connection = await during(context, 'FetchFailed', () => connect(options, context));
  const includes = await during(context, 'IncludeUnavailable', () =>
    includedArtifacts(object, options.find, options.requeueDependencyMs),
  );
  const current = object.status?.artifact;
  const resolved = await during(context, 'FetchFailed', () =>
    call<ResolveResponse>(options, context, { connection, operation: 'resolve' }),
  );
  if (current?.revision === resolved.revision && !contentConfigChanged(object, includes)) {
    stored(object, current);
    return undefined;
  }
  if (current?.revision !== resolved.revision) {
    const message = `new upstream revision '${resolved.revision}'`;
    if (current)
      setCondition(object, { type: 'ArtifactOutdated', status: 'True', reason: 'NewRevision', message });
    markProgress(object, `building artifact: ${message}`, true);
    context.progress();
  }
  return fetch(options, context, { connection, resolved: resolved.resolved, includes });
}

async function fetch(
  options: GitRepositoryOptions,
  context: Context<GitRepository>,
  run: { connection: GitConnection; resolved: unknown; includes: readonly Artifact[] },
): Promise<string | undefined> {
  const { object, key, signal } = context;
  const work = await during(context, 'StorageOperationFailed', () => options.store.workDir());
  const { dir } = work;
  try {
    const fetched = await during(context, 'FetchFailed', () =>
      call<FetchResponse>(options, context, { ...run, operation: 'fetch', out: dir }),
    );
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
      stored(object, artifact);
    });
    const { artifact } = object.status ?? {};
    if (artifact) await options.store.collect({ kind: 'GitRepository', ...key }, artifact);
    return fetched.message;
  } finally {
    work.release();
  }
}

/** Drops the artifact from the status when the store does not have it any more, and keeps its address current. */
async function checkStored(
  options: GitRepositoryOptions,
  { object, event }: Context<GitRepository>,
): Promise<void> {
  const artifact = object.status?.artifact;
  if (artifact && (await options.store.verify(artifact))) {
    artifact.url = options.store.url(artifact);
    return;
  }
  if (artifact) {
    event({
      type: 'Warning',
      reason: 'ArtifactVerificationFailed',
      message: `artifact ${artifact.path} is missing or damaged in storage: it is fetched again`,
    });
    const { artifact: _gone, ...rest } = object.status ?? {};
    object.status = rest;
  }
  deleteCondition(object, 'ArtifactInStorage');
  markProgress(object, artifact ? 'building artifact: disappeared from storage' : 'building artifact', true);
}

async function connect(
  options: GitRepositoryOptions,
  context: Context<GitRepository>,
): Promise<GitConnection> {
  const { spec } = context.object;
  const { namespace } = context.key;
  const read = (name: string) =>
    readSecret(options, { namespace, name }, 'AuthenticationFailed', context.signal);
  const auth = spec.secretRef ? await read(spec.secretRef.name) : undefined;
  const proxy = spec.proxySecretRef ? await read(spec.proxySecretRef.name) : undefined;
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
    const { output } = await context.waiting(() =>
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

/** Runs a part; its failure is written into the condition that Flux keeps for it. */
async function during<R>(
  { object, signal }: Context<GitRepository>,
  type: FailCondition,
  work: () => R | Promise<R>,
): Promise<R> {
  try {
    const result = await work();
    deleteCondition(object, type);
    return result;
  } catch (error) {
    if (!signal.aborted) {
      const reason = (error instanceof FluxError && error.reason) || 'Failed';
      setCondition(object, { type, status: 'True', reason, message: errorText(error) });
    }
    throw error;
  }
}

function stored(object: GitRepository, artifact: Artifact): void {
  setCondition(object, {
    type: 'ArtifactInStorage',
    status: 'True',
    reason: 'Succeeded',
    message: `stored artifact for revision '${artifact.revision}'`,
  });
}

function announce(
  context: Context<GitRepository>,
  before: GitRepository,
  commitMessage: string | undefined,
): void {
  const { object, event, log } = context;
  const artifact = object.status?.artifact;
  if (!artifact) return;
  const message = `stored artifact for commit '${commitMessage ?? artifact.revision}'`;
  const annotations = { [`${group}/revision`]: artifact.revision, [`${group}/digest`]: artifact.digest };
  if (before.status?.artifact?.digest !== artifact.digest) {
    event({ type: 'Normal', reason: 'NewArtifact', message, annotations });
    log.info(message, { revision: artifact.revision });
  } else if (!isReady(before) && failConditions.some((type) => getCondition(before, type))) {
    event({ type: 'Normal', reason: 'Succeeded', message, annotations });
    log.info(message, { revision: artifact.revision });
  } else {
    log.debug('no changes since last reconciliation', { revision: artifact.revision });
  }
}
