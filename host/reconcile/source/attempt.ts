import { parseDuration } from '../../duration/duration.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import { deleteCondition, getCondition, isReady, markFailed } from '../conditions.ts';
import { jitter } from '../jitter.ts';
import { markProgress, type SummaryRules, summarise } from '../summary.ts';
import type { Context, Result } from '../types.ts';
import { failConditions, type SourceObject } from './types.ts';

/** What the kinds of sources differ in. */
export interface AttemptOptions {
  readonly rules: SummaryRules;
  /** Reason of a failure that brings none of its own. */
  readonly failure: string;
  readonly jitterPercentage: number;
  /** Brings the artifact up to date; the answer says what was fetched, for the event, e.g. a commit's message. */
  update(): Promise<string | undefined>;
  /** e.g. `commit`: "stored artifact for commit '…'". */
  readonly unit: string;
}

/** One attempt at a source: progress, result and failure as conditions and events, in Flux's words. */
export async function attempt(context: Context<SourceObject>, options: AttemptOptions): Promise<Result> {
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
    const message = await options.update();
    for (const type of failConditions) deleteCondition(object, type);
    deleteCondition(object, 'ArtifactOutdated');
    deleteCondition(object, 'Reconciling');
    object.status.observedGeneration = object.metadata.generation ?? 0;
    summarise(object, options.rules);
    await context.patch();
    announce(context, before, { message, unit: options.unit });
    return { requeueAfterMs: jitter(parseDuration(object.spec.interval), options.jitterPercentage) };
  } catch (error) {
    if (context.signal.aborted) throw error;
    const reason = (error instanceof FluxError && error.reason) || options.failure;
    const text = errorText(error);
    const terminal = error instanceof FluxError && error.terminal;
    markFailed(object, { reason, message: text, terminal });
    summarise(object, options.rules);
    context.event({ type: 'Warning', reason, message: text });
    log.debug('source failed', { reason });
    throw error;
  }
}

function announce(
  context: Context<SourceObject>,
  before: SourceObject,
  fetched: { message: string | undefined; unit: string },
): void {
  const { object, event, log } = context;
  const artifact = object.status?.artifact;
  if (!artifact) return;
  const { revision, digest } = artifact;
  const message = `stored artifact for ${fetched.unit} '${fetched.message ?? revision}'`;
  const group = object.apiVersion.slice(0, object.apiVersion.indexOf('/'));
  const annotations = { [`${group}/revision`]: revision, [`${group}/digest`]: digest };
  if (before.status?.artifact?.digest !== digest) {
    event({ type: 'Normal', reason: 'NewArtifact', message, annotations });
    log.info(message, { revision });
  } else if (!isReady(before) && failConditions.some((type) => getCondition(before, type))) {
    event({ type: 'Normal', reason: 'Succeeded', message, annotations });
    log.info(message, { revision });
  } else {
    log.debug('no changes since last reconciliation', { revision });
  }
}
