import type { Artifact } from '../../artifacts/types.ts';
import { parseDuration } from '../../duration/duration.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import { clone } from '../../json.ts';
import { deleteCondition, getCondition, isReady, markFailed } from '../conditions.ts';
import { jitter } from '../jitter.ts';
import { markProgress, type SummaryRules, summarise } from '../summary.ts';
import type { Context, Result } from '../types.ts';
import { failConditions, type SourceObject } from './types.ts';

/** Of the one kind that may have none: HelmRepository. */
const defaultInterval = '1m';

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
  /** What is said instead, once there is another artifact or a failure is over; the reason takes the place of both of Flux's usual ones. */
  announcement?(artifact: Artifact): { readonly message: string; readonly reason?: string };
  /** A failure that is only waited out, e.g. for another object: no warning is sent. */
  isWait?(error: unknown): boolean;
}

/** One attempt at a source: progress, result and failure as conditions and events, in Flux's words. */
export async function attempt(context: Context<SourceObject>, options: AttemptOptions): Promise<Result> {
  const { object, log } = context;
  const before = clone(object);
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
    announce(context, before, (artifact) =>
      options.announcement
        ? options.announcement(artifact)
        : { message: `stored artifact for ${options.unit} '${message ?? artifact.revision}'` },
    );
    const interval = parseDuration(object.spec.interval ?? defaultInterval);
    return { requeueAfterMs: jitter(interval, options.jitterPercentage) };
  } catch (error) {
    if (context.signal.aborted) throw error;
    // What was waited for is out of date; the queue already holds the next attempt.
    if (context.superseded.aborted && error === context.superseded.reason) return { requeueAfterMs: 0 };
    const reason = (error instanceof FluxError && error.reason) || options.failure;
    const text = errorText(error);
    const terminal = error instanceof FluxError && error.terminal;
    markFailed(object, { reason, message: text, terminal });
    summarise(object, options.rules);
    context.event({ type: options.isWait?.(error) ? 'Trace' : 'Warning', reason, message: text });
    log.debug('source failed', { reason });
    throw error;
  }
}

function announce(
  context: Context<SourceObject>,
  before: SourceObject,
  announcement: NonNullable<AttemptOptions['announcement']>,
): void {
  const { object, event, log } = context;
  const artifact = object.status?.artifact;
  if (!artifact) return;
  const { revision, digest } = artifact;
  const { message, reason } = announcement(artifact);
  const group = object.apiVersion.slice(0, object.apiVersion.indexOf('/'));
  const annotations = { [`${group}/revision`]: revision, [`${group}/digest`]: digest };
  if (before.status?.artifact?.digest !== digest) {
    event({ type: 'Normal', reason: reason ?? 'NewArtifact', message, annotations });
    log.info(message, { revision });
  } else if (!isReady(before) && failConditions.some((type) => getCondition(before, type))) {
    event({ type: 'Normal', reason: reason ?? 'Succeeded', message, annotations });
    log.info(message, { revision });
  } else {
    log.debug('no changes since last reconciliation', { revision });
  }
}
