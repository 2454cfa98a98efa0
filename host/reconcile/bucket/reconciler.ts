import type { Bucket } from '@flux-host/crds/source/bucket.ts';
import type { FetchResponse, ResolveResponse } from '@flux-host/sdk/contract/source.ts';
import type { ArtifactStore } from '../../artifacts/types.ts';
import { parseDuration } from '../../duration/duration.ts';
import { FluxError } from '../../errors/flux-error.ts';
import type { Plugins } from '../../plugins/types.ts';
import { attempt } from '../source/attempt.ts';
import { during } from '../source/during.ts';
import { sourceRules } from '../source/rules.ts';
import { checkStored, markOutdated, markStored } from '../source/stored.ts';
import type { Context, Reconciler } from '../types.ts';
import { type AccessOptions, type BucketAccess, bucketAccess } from './access.ts';
import { bucketAddress } from './address.ts';

export interface BucketOptions extends AccessOptions {
  readonly store: ArtifactStore;
  readonly plugins: Pick<Plugins, 'call'>;
  readonly jitterPercentage: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const kind = 'Bucket';

/** Objects of a bucket that one call may write, and their bytes. */
const limits = { outFiles: 1_000_000, outFileBytes: 4 * 2 ** 30 };

/** Fetches the objects of buckets through the bucket plugin and keeps them in the store. */
export function createBucketReconciler(options: BucketOptions): Reconciler<Bucket> {
  return {
    reconcile(context) {
      const { bucketName } = context.object.spec;
      let files = '';
      return attempt(context, {
        rules: sourceRules,
        failure: 'BucketOperationFailed',
        unit: 'bucket',
        jitterPercentage: options.jitterPercentage,
        async update() {
          const message = await update(options, context);
          files = message ? `${message} fetched files` : 'files';
          return message;
        },
        announcement: () => ({ message: `stored artifact with ${files} from '${bucketName}' bucket` }),
      });
    },
    async finalize({ key }) {
      await options.store.remove({ kind, ...key });
    },
  };
}

/** Brings the artifact up to date; the answer is the number of objects, if any were fetched. */
async function update(options: BucketOptions, context: Context<Bucket>): Promise<string | undefined> {
  const { object, signal } = context;
  await checkStored(options.store, context);
  refreshUrl(options, object);
  const access = await during(context, 'FetchFailed', () => {
    const address = bucketAddress(object, options.env);
    return bucketAccess(options, { object, address, signal });
  });
  const resolved = await during(context, 'FetchFailed', () =>
    call<ResolveResponse>(options, context, { access, operation: 'resolve' }),
  );
  const current = object.status?.artifact;
  if (current?.revision === resolved.revision) {
    markStored(object, current, { message: storedMessage(current.revision) });
    return undefined;
  }
  markOutdated(context, resolved.revision);
  return fetch(options, context, access);
}

async function fetch(
  options: BucketOptions,
  context: Context<Bucket>,
  access: BucketAccess,
): Promise<string | undefined> {
  const { object, key } = context;
  const { store } = options;
  const work = await during(context, 'StorageOperationFailed', () => store.workDir());
  try {
    const fetched = await during(context, 'FetchFailed', () =>
      call<FetchResponse>(options, context, { access, operation: 'fetch', out: work.dir }),
    );
    const { revision, message } = fetched;
    await during(context, 'StorageOperationFailed', async () => {
      const artifact = await store.archive({ kind, ...key }, revision, work.dir, {
        file: `${revision.slice(revision.indexOf(':') + 1)}.tar.gz`,
        adopt: true,
      });
      const { observedIgnore: _before, ...rest } = object.status ?? {};
      const { ignore } = object.spec;
      object.status = {
        ...rest,
        artifact: { ...artifact },
        url: await store.link(artifact, 'latest.tar.gz'),
        ...(ignore === undefined ? {} : { observedIgnore: ignore }),
      };
      markStored(object, artifact, { message: storedMessage(revision) });
      await store.collect({ kind, ...key }, artifact);
    });
    return message;
  } finally {
    work.release();
  }
}

/** The address of the latest artifact follows that of the server, or goes with the artifact. */
function refreshUrl({ store }: BucketOptions, object: Bucket): void {
  const { url: _before, ...rest } = object.status ?? {};
  const { artifact } = rest;
  if (!artifact) {
    object.status = rest;
    return;
  }
  const path = `${artifact.path.slice(0, artifact.path.lastIndexOf('/'))}/latest.tar.gz`;
  object.status = { ...rest, url: store.url({ path }) };
}

async function call<T>(
  { plugins }: BucketOptions,
  context: Context<Bucket>,
  run: { access: BucketAccess; operation: 'resolve' | 'fetch'; out?: string },
): Promise<T> {
  const { object, key, signal } = context;
  const revision = object.status?.artifact?.revision;
  const { address } = run.access;
  try {
    const { output } = await context.calling(() =>
      plugins.call<T>({
        ...run.access,
        kind: 'source',
        type: kind,
        operation: run.operation,
        namespace: key.namespace,
        input: {
          spec: object.spec,
          ...(revision ? { revision } : {}),
          ...(address ? { address } : {}),
        },
        ...(run.out ? { out: run.out } : {}),
        limits: { ...limits, timeoutMs: parseDuration(object.spec.timeout ?? '60s') },
        signal,
      }),
    );
    return output;
  } catch (error) {
    throw error instanceof FluxError ? operationFailed(error) : error;
  }
}

/** Never terminal: what is wrong may be mended at the service. What the identity fails with keeps its reason. */
function operationFailed(error: FluxError): FluxError {
  const { code, message, hint, retryAfterMs } = error;
  return new FluxError(code, message, {
    reason: code.startsWith('FLUX_E_CLOUD_') ? 'AuthenticationFailed' : 'BucketOperationFailed',
    cause: error,
    ...(hint ? { hint } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

const storedMessage = (revision: string) => `stored artifact: revision '${revision}'`;
