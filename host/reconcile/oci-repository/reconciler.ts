import { join } from 'node:path';
import type { OCIRepository } from '@flux-host/crds/source/oci-repository.ts';
import type { FetchResponse, ResolveResponse } from '@flux-host/sdk/contract/source.ts';
import type { Artifact, ArtifactStore } from '../../artifacts/types.ts';
import { formatReference } from '../../oci/reference.ts';
import type { Plugins } from '../../plugins/types.ts';
import { attempt } from '../source/attempt.ts';
import { during } from '../source/during.ts';
import { checkStored, markOutdated, markStored } from '../source/stored.ts';
import type { Context, Reconciler } from '../types.ts';
import { announcementOf } from './announcement.ts';
import { contentConfigChanged, recordObserved } from './observed.ts';
import { type Registry, type RegistryOptions, registryOf } from './registry.ts';
import { needsVerification, resetVerification, type VerificationOptions, verify } from './verification.ts';

export interface OCIRepositoryOptions extends RegistryOptions, VerificationOptions {
  readonly store: ArtifactStore;
  readonly plugins: Pick<Plugins, 'call'>;
  readonly jitterPercentage: number;
}

const summaryRules = {
  order: [
    'StorageOperationFailed',
    'FetchFailed',
    'ArtifactOutdated',
    'ArtifactInStorage',
    'SourceVerified',
    'Stalled',
    'Reconciling',
  ],
  negative: ['StorageOperationFailed', 'FetchFailed', 'ArtifactOutdated', 'Stalled', 'Reconciling'],
  decisive: ['SourceVerified'],
} as const;

/** How much longer than the registry the plugin may take. */
const graceMs = 10_000;

/** Where the plugin puts a layer that is kept as it is. */
const copiedLayer = 'layer';

/** Fetches OCI artifacts through the oci plugin and keeps them in the store. */
export function createOCIRepositoryReconciler(options: OCIRepositoryOptions): Reconciler<OCIRepository> {
  return {
    reconcile: (context) =>
      attempt(context, {
        rules: summaryRules,
        failure: 'OCIArtifactPullFailed',
        unit: 'digest',
        announcement: (artifact) => ({ message: announcementOf(artifact, context.object.spec.url) }),
        jitterPercentage: options.jitterPercentage,
        update: () => update(options, context),
      }),
    finalize: async ({ key }) => {
      await options.store.remove({ kind: 'OCIRepository', ...key });
    },
  };
}

async function update(options: OCIRepositoryOptions, context: Context<OCIRepository>): Promise<undefined> {
  const { object, key } = context;
  await checkStored(options.store, context);
  resetVerification(object);
  const registry = await during(context, 'FetchFailed', () => registryOf(options, context));
  const { revision, resolved } = await during(context, 'FetchFailed', () =>
    call<ResolveResponse>(options, context, { registry, operation: 'resolve' }),
  );
  const digest = revision.slice(revision.lastIndexOf('@') + 1);
  const current = object.status?.artifact;
  const isNew = current?.revision !== revision;
  if (isNew) markOutdated(context, revision, { message: outdatedText(registry, revision) });
  if (needsVerification(object, isNew)) await verify(options, context, { registry, digest, revision });
  if (current && !isNew && !contentConfigChanged(object)) {
    markStored(object, current, storedText(current));
    return undefined;
  }
  const work = await during(context, 'StorageOperationFailed', () => options.store.workDir());
  try {
    const fetched = await during(context, 'FetchFailed', () =>
      call<FetchResponse>(options, context, { registry, resolved, operation: 'fetch', out: work.dir }),
    );
    const { metadata } = fetched;
    await during(context, 'StorageOperationFailed', async () => {
      const artifact = await store(options, context, { dir: work.dir, digest, revision, metadata });
      recordObserved(object);
      const url = await options.store.link(artifact, 'latest.tar.gz');
      object.status = { ...object.status, artifact: { ...artifact }, url };
      markStored(object, artifact, storedText(artifact));
      await options.store.collect({ kind: 'OCIRepository', ...key }, artifact);
    });
  } finally {
    work.release();
  }
  return undefined;
}

const storedText = ({ revision }: Artifact) => ({ message: `stored artifact for digest '${revision}'` });

/** The reference is written as it was asked for: with the tag, or with the digest where the spec has one. */
function outdatedText({ repository }: Registry, revision: string): string {
  const [tag, digest] = revision.includes('@') ? revision.split('@') : [undefined, revision];
  const reference = formatReference({
    ...repository,
    ...(tag === undefined ? { digest: digest ?? '' } : { tag }),
  });
  return `new revision '${revision}' for '${reference}'`;
}

interface Fetched {
  readonly dir: string;
  readonly digest: string;
  readonly revision: string;
  readonly metadata: FetchResponse['metadata'];
}

function store(
  options: OCIRepositoryOptions,
  { object, key }: Context<OCIRepository>,
  { dir, digest, revision, metadata }: Fetched,
): Promise<Artifact> {
  const owner = { kind: 'OCIRepository', ...key };
  const naming = { file: `${digest}.tar.gz`, ...(metadata ? { metadata } : {}) };
  if (object.spec.layerSelector?.operation === 'copy')
    return options.store.put(owner, revision, join(dir, copiedLayer), naming);
  return options.store.archive(owner, revision, dir, {
    ...naming,
    ignore: { sourceIgnore: true, spec: object.spec.ignore },
    adopt: true,
  });
}

async function call<T>(
  options: OCIRepositoryOptions,
  context: Context<OCIRepository>,
  run: { registry: Registry; operation: 'resolve' | 'fetch'; resolved?: unknown; out?: string },
): Promise<T> {
  const { object, key, signal } = context;
  const { registry, operation, resolved, out } = run;
  const { repository, timeoutMs } = registry;
  const revision = object.status?.artifact?.revision;
  const { output } = await context.calling(() =>
    registry.within(({ route }) =>
      options.plugins.call<T>({
        kind: 'source',
        type: 'OCIRepository',
        operation,
        namespace: key.namespace,
        address: `https://${repository.registry}`,
        registry: route,
        input: {
          // Docker Hub has names of its own for what users leave out.
          spec: { ...object.spec, url: `oci://${repository.registry}/${repository.name}` },
          ...(revision ? { revision } : {}),
          ...(resolved === undefined ? {} : { resolved }),
        },
        ...(out ? { out } : {}),
        limits: { timeoutMs: timeoutMs + graceMs },
        signal,
      }),
    ),
  );
  return output;
}
