import type { KubeObject } from '../kube/types.ts';
import { migrate, read } from './calls.ts';
import { needsCleanup } from './cleanup.ts';
import type { CompiledRules } from './ignore.ts';
import type { Prepared } from './prepare.ts';
import { treatmentOf } from './skip.ts';
import type { ObjectTracker, Remembered } from './tracker.ts';
import type { Action, ApplyRequest } from './types.ts';
import { isApplied } from './unchanged.ts';

/** One run of the applier and what it needs at every step. */
export interface Run {
  readonly request: ApplyRequest;
  readonly tracker: ObjectTracker | undefined;
  readonly rules: CompiledRules;
  /** Ids that the owner's inventory lists. */
  readonly listed: ReadonlySet<string>;
  /** Collects what the API server answered. */
  readonly live: Map<string, KubeObject>;
}

/** An object that needs no more than an answer. */
export interface Settled {
  readonly item: Prepared;
  readonly action: Action;
}

/** An object that may have to be applied. */
export interface Candidate {
  readonly item: Prepared;
  readonly action?: never;
  /** The object as it lives; null when there is none, undefined when that was not asked. */
  readonly live: KubeObject | null | undefined;
  /** What was remembered of the object, which then exists. */
  readonly known: Remembered | undefined;
  readonly ignored: readonly string[];
  /** The live object has metadata to clean up before it is applied. */
  readonly unclean: boolean;
}

/**
 * Finds out what has to be done for an object, with as few requests as that takes: none for one that is remembered and
 * has not changed, one for an object that probably exists.
 */
export async function inspect(item: Prepared, run: Run): Promise<Settled | Candidate> {
  if (item.treatment.ignored) return { item, action: 'skipped' };
  const known = recall(item, run);
  if (known && known.desired === item.digest) return { item, action: known.action };
  if (known && item.treatment.ifNotPresent) return { item, action: 'skipped' };
  const { ignored } = item;
  const asks = item.treatment.ifNotPresent || run.listed.has(item.id) || ignored.length > 0;
  const reads = run.request.migrateApiVersion || (known ? ignored.length > 0 : asks);
  if (!reads) return { item, live: undefined, known, ignored, unclean: false };
  const live = await read(item, run.request);
  return examine({ item, live, known, ignored, unclean: false }, run);
}

/** What is known of an object, to the identity that asks. */
export function recall({ id }: Prepared, { tracker, request }: Run): Remembered | undefined {
  const known = tracker?.recall(id);
  return known?.identity === (request.identity ?? '') ? known : undefined;
}

/** Judges an object by how it lives: skipped, unchanged, or still a candidate. */
export async function examine(candidate: Candidate, run: Run): Promise<Settled | Candidate> {
  const { item, live } = candidate;
  if (!live) return candidate;
  const { owner, overrideManagers = [] } = run.request;
  const treatment = treatmentOf(live, owner.group);
  if (treatment.ignored || item.treatment.ifNotPresent) {
    observe(run, { item, live, action: 'skipped' });
    return { item, action: 'skipped' };
  }
  const takeover = { fieldManager: owner.fieldManager, overrideManagers };
  if (!treatment.merge && !item.treatment.merge && needsCleanup(live, takeover)) {
    return { ...candidate, unclean: true };
  }
  if (isApplied(item.desired, live, owner.fieldManager)) {
    observe(run, { item, live, action: 'unchanged' });
    return { item, action: 'unchanged' };
  }
  if (!run.request.migrateApiVersion) return candidate;
  return { ...candidate, live: await migrate(item, run.request, live) };
}

/** Keeps what the API server answered, for the next time and for health checks. */
export function observe(
  { live, tracker, request }: Run,
  seen: { item: Prepared; live: KubeObject; action: 'unchanged' | 'skipped' },
): void {
  const { item, action } = seen;
  const known = { desired: item.digest, identity: request.identity ?? '', action };
  tracker?.remember(item.id, known, seen.live);
  const { managedFields: _fields, ...metadata } = seen.live.metadata;
  live.set(item.id, { ...seen.live, metadata });
}
