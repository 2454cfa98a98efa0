import type { ArtifactGenerator } from '@flux-host/crds/source-extensions/artifact-generator.ts';
import type { ArtifactStore } from '../../artifacts/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import type { KubeClient } from '../../kube/types.ts';
import { deleteCondition, markReconciling, markStalled, setCondition } from '../conditions.ts';
import { jitter } from '../jitter.ts';
import type { SourceKey, SourceObject } from '../kustomization/source.ts';
import type { Context, Reconciler, Result } from '../types.ts';
import { driftOf } from './drift.ts';
import { type Entry, generate, withdrawAll } from './generate.ts';
import { observeSources, openTrees, sourcesDigest } from './sources.ts';
import { validateSpec } from './validate.ts';

export interface ArtifactGeneratorOptions {
  readonly client: KubeClient;
  readonly store: ArtifactStore;
  readonly noCrossNamespaceRefs: boolean;
  /** `--requeue-dependency`, ms. */
  readonly requeueDependencyMs: number;
  readonly jitterPercentage: number;
  find(key: SourceKey): SourceObject | undefined;
}

const annotation = 'source.extensions.fluxcd.io/reconcile';
const inProgress = 'Reconciliation in progress';
/** How often what is stored is looked at when nothing changes. */
const intervalMs = 3_600_000;

/** Makes artifacts of the files of other sources, and publishes them as ExternalArtifacts. */
export function createArtifactGeneratorReconciler(
  options: ArtifactGeneratorOptions,
): Reconciler<ArtifactGenerator> {
  return {
    async reconcile(context) {
      const { object, signal, event, log } = context;
      if (object.metadata.annotations?.[annotation]?.toLowerCase() === 'disabled') {
        log.info('Reconciliation is disabled');
        return {};
      }
      try {
        return await attempt(options, context);
      } catch (error) {
        if (signal.aborted) throw error;
        const reason = (error instanceof FluxError && error.reason) || 'BuildFailed';
        const message = errorText(error);
        setCondition(object, { type: 'Ready', status: 'False', reason, message });
        if (error instanceof FluxError && error.terminal) markStalled(object, reason, message);
        else markReconciling(object, 'ProgressingWithRetry', inProgress);
        event({ type: 'Warning', reason, message });
        throw error;
      }
    },
    finalize: (context) => withdrawAll(options, context, context.object.status?.inventory ?? []),
  };
}

async function attempt(
  options: ArtifactGeneratorOptions,
  context: Context<ArtifactGenerator>,
): Promise<Result> {
  const { object, event, log, signal } = context;
  const { requeueDependencyMs: retryAfterMs } = options;
  const again = { requeueAfterMs: jitter(intervalMs, options.jitterPercentage) };
  validateSpec(object, options);
  const sources = observeSources(object, options.find, retryAfterMs);
  const digest = sourcesDigest(sources);
  const before: readonly Entry[] = object.status?.inventory ?? [];
  const drift = await driftOf(options, context, digest);
  if (!drift) {
    log.debug(`No drift detected, ${before.length} artifact(s) up to date`);
    return again;
  }
  log.debug(inProgress, { reason: drift });
  markReconciling(object, 'Progressing', inProgress);
  setCondition(object, { type: 'Ready', status: 'Unknown', reason: 'Progressing', message: inProgress });
  context.progress();
  const trees = await context.waiting(() => openTrees(options.store, sources, { signal, retryAfterMs }));
  let made: Entry[];
  try {
    made = await generate(options, context, { sources, trees });
  } finally {
    for (const tree of trees.values()) tree.release();
  }
  const names = new Set(made.map(({ name }) => name));
  await withdrawAll(
    options,
    context,
    before.filter(({ name }) => !names.has(name)),
  );
  object.status = { ...object.status, inventory: made, observedSourcesDigest: digest };
  deleteCondition(object, 'Reconciling');
  deleteCondition(object, 'Stalled');
  const message = `reconciliation succeeded, generated ${made.length} artifact(s)`;
  setCondition(object, { type: 'Ready', status: 'True', reason: 'Succeeded', message });
  const changed = made.filter(
    ({ name, digest: now }) => !before.some((old) => old.name === name && old.digest === now),
  );
  if (changed.length > 0) {
    await context.patch();
    const list = changed.map(({ namespace, name, digest: now }) => `${namespace}/${name} (${now})`);
    event({ type: 'Normal', reason: 'Ready', message: `external artifacts reconciled: ${list.join('\n')}` });
    log.info(message);
  }
  return again;
}
