import type { PluginSource } from '@flux-host/crds/plugin/plugin-source.ts';
import type { FetchResponse, ResolveResponse } from '@flux-host/sdk/contract/source.ts';
import type { ArtifactStore } from '../../artifacts/types.ts';
import { parseDuration } from '../../duration/duration.ts';
import type { KubeClient } from '../../kube/types.ts';
import type { Redactor } from '../../observability/redact.ts';
import type { Plugins } from '../../plugins/types.ts';
import { type Publication, publish, withdraw } from '../external-artifact/publish.ts';
import { type Data, readRawSecret } from '../secrets.ts';
import { attempt } from '../source/attempt.ts';
import { during } from '../source/during.ts';
import { sourceRules } from '../source/rules.ts';
import { checkStored, markOutdated, markStored } from '../source/stored.ts';
import type { Context, Reconciler } from '../types.ts';

import { checkedRevision, fileOf } from './revision.ts';

export interface PluginSourceOptions {
  readonly client: KubeClient;
  readonly redactor: Redactor;
  readonly store: ArtifactStore;
  readonly plugins: Pick<Plugins, 'call' | 'find'>;
  readonly jitterPercentage: number;
}

const kind = 'PluginSource';

/** Fetches with an installed plugin, and publishes the artifact as an ExternalArtifact. */
export function createPluginSourceReconciler(options: PluginSourceOptions): Reconciler<PluginSource> {
  return {
    reconcile: (context) =>
      attempt(context, {
        rules: sourceRules,
        failure: 'PluginFailed',
        unit: 'revision',
        jitterPercentage: options.jitterPercentage,
        update: () => update(options, context),
      }),
    async finalize({ key, object, signal }) {
      await withdraw(options.client, publicationOf(object, ''), signal);
      await options.store.remove({ kind, ...key });
    },
  };
}

async function update(
  options: PluginSourceOptions,
  context: Context<PluginSource>,
): Promise<string | undefined> {
  const { object, signal } = context;
  await checkStored(options.store, context);
  const secret = await during(context, 'FetchFailed', () => secretOf(options, context));
  const resolved = await during(context, 'FetchFailed', async () => {
    const { revision, ...rest } = await call<ResolveResponse>(options, context, {
      secret,
      operation: 'resolve',
    });
    return { ...rest, revision: checkedRevision(object.spec.plugin, revision) };
  });
  let message: string | undefined;
  if (mustFetch(options, object, resolved.revision)) {
    markOutdated(context, resolved.revision);
    message = await fetch(options, context, { secret, resolved: resolved.resolved });
  }
  const artifact = object.status?.artifact;
  if (!artifact) throw new Error('a fetch ended without an artifact');
  markStored(object, artifact);
  await during(context, 'StorageOperationFailed', () =>
    publish(options.client, publicationOf(object, artifact.revision), { artifact, signal }),
  );
  return message;
}

/** As the ExternalArtifact of the same name. */
function publicationOf(owner: PluginSource, revision: string): Publication {
  return {
    owner,
    name: owner.metadata.name,
    fieldManager: 'source-controller',
    mark: 'reference',
    message: `stored artifact for revision '${revision}'`,
  };
}

/** Another version of the plugin may make another tree of the same revision. */
function mustFetch({ plugins }: PluginSourceOptions, object: PluginSource, revision: string): boolean {
  const { spec, status } = object;
  return !(
    status?.artifact?.revision === revision &&
    status.observedGeneration === object.metadata.generation &&
    status.observedIgnore === spec.ignore &&
    status.pluginDigest === plugins.find('source', spec.plugin)?.digest
  );
}

async function fetch(
  options: PluginSourceOptions,
  context: Context<PluginSource>,
  run: { secret: Data | undefined; resolved: unknown },
): Promise<string | undefined> {
  const { object, key } = context;
  const { store, plugins } = options;
  const work = await during(context, 'StorageOperationFailed', () => store.workDir());
  try {
    const { plugin, ignore } = object.spec;
    const digest = plugins.find('source', plugin)?.digest;
    const fetched = await during(context, 'FetchFailed', async () => {
      const answer = await call<FetchResponse>(options, context, {
        ...run,
        operation: 'fetch',
        out: work.dir,
      });
      return { ...answer, revision: checkedRevision(plugin, answer.revision) };
    });
    await during(context, 'StorageOperationFailed', async () => {
      const artifact = await store.archive({ kind, ...key }, fetched.revision, work.dir, {
        file: fileOf(fetched.revision),
        ignore: { sourceIgnore: true, spec: ignore },
        adopt: true,
        ...(fetched.metadata ? { metadata: fetched.metadata } : {}),
      });
      const { observedIgnore: _before, pluginDigest: _old, ...rest } = object.status ?? {};
      object.status = {
        ...rest,
        artifact: { ...artifact },
        ...(ignore === undefined ? {} : { observedIgnore: ignore }),
        ...(digest === undefined ? {} : { pluginDigest: digest }),
      };
    });
    const { artifact } = object.status ?? {};
    if (artifact) await store.collect({ kind, ...key }, artifact);
    return fetched.message;
  } finally {
    work.release();
  }
}

async function secretOf(
  options: PluginSourceOptions,
  { object, key, signal }: Context<PluginSource>,
): Promise<Data | undefined> {
  const { secretRef } = object.spec;
  if (!secretRef) return undefined;
  const { namespace } = key;
  return readRawSecret(options, { namespace, name: secretRef.name }, 'AuthenticationFailed', signal);
}

async function call<T>(
  { plugins }: PluginSourceOptions,
  context: Context<PluginSource>,
  run: { secret: Data | undefined; operation: 'resolve' | 'fetch'; resolved?: unknown; out?: string },
): Promise<T> {
  const { object, key, signal } = context;
  const { plugin, config = {}, serviceAccountName, timeout = '60s' } = object.spec;
  const revision = object.status?.artifact?.revision;
  const { output } = await context.calling(() =>
    plugins.call<T>({
      kind: 'source',
      type: plugin,
      operation: run.operation,
      namespace: key.namespace,
      config,
      input: {
        spec: object.spec,
        ...(revision ? { revision } : {}),
        ...(run.resolved === undefined ? {} : { resolved: run.resolved }),
      },
      ...(run.secret ? { secret: run.secret } : {}),
      ...(serviceAccountName ? { serviceAccountName } : {}),
      ...(run.out ? { out: run.out } : {}),
      limits: { timeoutMs: parseDuration(timeout) },
      signal,
    }),
  );
  return output;
}
