import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import type { TreeLease } from '../../artifacts/types.ts';
import type { BuildResult } from '../../build/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import type { Context } from '../types.ts';
import { builderOf } from './builder.ts';
import { decryptionOf } from './decryption.ts';
import type { KustomizationOptions, Run } from './options.ts';
import { pathOf, sourceKeyOf } from './source.ts';
import { variablesOf } from './variables.ts';

/** From the artifact to the objects, through the builder plugin and post-build substitution. */
export async function buildObjects(
  options: KustomizationOptions,
  context: Context<Kustomization>,
  run: Run,
  progress: (step: string) => void,
): Promise<BuildResult> {
  const { object, signal } = context;
  const tree = await fetchTree(options, context, run);
  try {
    await checkPath(object, tree, run);
    object.status = { ...object.status, lastAttemptedRevision: run.revision };
    progress('Building manifests');
    return await failingAs('BuildFailed', signal, async () => {
      const decryption = await decryptionOf(object, options, signal);
      const variables = await variablesOf(object, options, signal);
      const chosen = object.spec.builder;
      return context.calling(() =>
        options.builder.build({
          plugin: builderOf(object),
          tree,
          path: pathOf(object),
          spec: object.spec,
          tenant: context.key.namespace,
          remoteBases: options.noRemoteBases ? 'refuse' : 'allow',
          strict: options.strictSubstitutions,
          timeoutMs: run.timeoutMs,
          signal,
          ...(chosen?.config ? { config: chosen.config } : {}),
          ...(variables ? { variables } : {}),
          ...(decryption ? { decryption } : {}),
          ...(object.spec.postBuild?.substituteStrategy
            ? { substituteStrategy: object.spec.postBuild.substituteStrategy }
            : {}),
        }),
      );
    });
  } finally {
    tree.release();
  }
}

/** Ends as soon as there is something newer: a source that is away is asked again and again, for minutes. */
async function fetchTree(
  options: KustomizationOptions,
  { signal, superseded }: Context<Kustomization>,
  run: Run,
): Promise<TreeLease> {
  const either = AbortSignal.any([signal, superseded]);
  try {
    return await failingAs('ArtifactFailed', either, () => options.store.tree(run.artifact, either));
  } catch (error) {
    if (!(error instanceof FluxError) || error.code !== 'FLUX_E_ARTIFACT_NOT_FOUND') throw error;
    // The source's own reconcile brings it back; this is the safety net.
    const { requeueDependencyMs } = options.sources;
    throw new FluxError(error.code, error.message, {
      reason: 'ArtifactFailed',
      retryAfterMs: requeueDependencyMs,
      cause: error,
      ...(error.hint ? { hint: error.hint } : {}),
    });
  }
}

async function checkPath(object: Kustomization, tree: TreeLease, run: Run): Promise<void> {
  try {
    await stat(join(tree.dir, pathOf(object)));
  } catch (error) {
    const { kind, namespace, name } = sourceKeyOf(object);
    throw new FluxError(
      'FLUX_E_PATH_MISSING',
      `kustomization path not found: '${object.spec.path}' is not in ${kind}/${namespace}/${name} at revision ${run.revision}`,
      {
        reason: 'ArtifactFailed',
        cause: error,
        hint: 'correct spec.path, or push the folder to the repository',
      },
    );
  }
}

/** Gives a failure the reason of the step it happened in. */
async function failingAs<R>(reason: string, signal: AbortSignal, work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw error;
    const known = error instanceof FluxError ? error : undefined;
    throw new FluxError(known?.code ?? 'FLUX_E_BUILD', known?.message ?? errorText(error), {
      reason,
      cause: error,
      ...(known?.hint ? { hint: known.hint } : {}),
      ...(known?.terminal ? { terminal: true } : {}),
      ...(known?.retryAfterMs === undefined ? {} : { retryAfterMs: known.retryAfterMs }),
    });
  }
}
