import { KubeError } from '../kube/errors.ts';
import type { KubeObject } from '../kube/types.ts';
import { read, submit } from './calls.ts';
import { needsCleanup } from './cleanup.ts';
import { differs } from './compare.ts';
import { isImmutable, objectRejected } from './errors.ts';
import { leaveAlone, withoutPaths } from './ignore.ts';
import { type Candidate, examine, observe, type Run, type Settled } from './inspect.ts';
import { treatmentOf } from './skip.ts';

/** An object that has to be applied, and is expected to be taken. */
export interface Ready {
  readonly candidate: Candidate;
  readonly action?: never;
  readonly payload: KubeObject;
  /** Has to be deleted first. */
  readonly recreate: boolean;
}

/**
 * Asks the API server to apply an object without storing it: tells invalid objects before any other of the stage is
 * changed, and whether the object exists and would change.
 * @throws FluxError FLUX_E_APPLY_…
 */
export async function validate(candidate: Candidate, run: Run): Promise<Settled | Ready> {
  const { item } = candidate;
  try {
    const dryRun = await submit(item, run.request, { object: item.desired, dryRun: true });
    return await weigh(candidate, run, dryRun);
  } catch (error) {
    if (await mayRecreate(candidate, run, error)) {
      return { candidate, payload: item.desired, recreate: true };
    }
    throw objectRejected(error, { object: item.desired, step: 'dry-run' });
  }
}

/** Compares the dry run with the live object. */
async function weigh(candidate: Candidate, run: Run, dryRun: KubeObject): Promise<Settled | Ready> {
  const { item, ignored, known } = candidate;
  const exists = dryRun.metadata.resourceVersion !== undefined && dryRun.metadata.resourceVersion !== '';
  if (!exists) return { candidate: { ...candidate, live: null }, payload: item.desired, recreate: false };
  // Of a remembered object it is known that nobody else has touched it: what was asked for has changed.
  if (known && ignored.length === 0) return { candidate, payload: item.desired, recreate: false };
  if (!candidate.live && tellsEnough(candidate, run, dryRun)) {
    // Whether it changes anything is seen when it is applied.
    return { candidate: { ...candidate, live: dryRun }, payload: item.desired, recreate: false };
  }
  const seen = candidate.live ? candidate : await seenNow(candidate, run);
  if (seen.action) return seen;
  const { live, unclean } = seen;
  if (!live) return { candidate: seen, payload: item.desired, recreate: false };
  const unchanged = !differs(withoutPaths(live, ignored), withoutPaths(dryRun, ignored));
  if (unchanged && !unclean) {
    observe(run, { item, live, action: 'unchanged' });
    return { item, action: 'unchanged' };
  }
  const { fieldManager } = run.request.owner;
  return {
    candidate: seen,
    payload: leaveAlone(item.desired, ignored, { live, dryRun, fieldManager }),
    recreate: false,
  };
}

/** Whether nothing about the live object matters that the answer to the dry run does not have. */
function tellsEnough({ ignored }: Candidate, { request }: Run, dryRun: KubeObject): boolean {
  const { owner, overrideManagers = [], migrateApiVersion } = request;
  if (ignored.length > 0 || migrateApiVersion || treatmentOf(dryRun, owner.group).ignored) return false;
  return !needsCleanup(dryRun, { fieldManager: owner.fieldManager, overrideManagers });
}

/** The candidate with its live object, of which the dry run said that it exists. */
async function seenNow(candidate: Candidate, run: Run): Promise<Settled | Candidate> {
  const live = await read(candidate.item, run.request);
  return examine({ ...candidate, live }, run);
}

/** Whether the failure says that a field cannot change, and the user allows the object to be replaced. */
export async function mayRecreate(candidate: Candidate, run: Run, error: unknown): Promise<boolean> {
  if (!(error instanceof KubeError) || !(isImmutable(error) || error.invalid)) return false;
  const { item } = candidate;
  const live = candidate.live ?? (await read(item, run.request));
  if (!live) return false;
  const { force, owner } = run.request;
  if (!force && !item.treatment.force && !treatmentOf(live, owner.group).force) return false;
  return isImmutable(error) || (await wouldBeValid(candidate, run));
}

/**
 * Whether the object would be taken if it were new. An object that is invalid for another reason must not be deleted:
 * it could not be created again. Tried under another name, which of definitions is part of what is checked.
 */
async function wouldBeValid({ item }: Candidate, run: Run): Promise<boolean> {
  if (item.desired.kind === 'CustomResourceDefinition' || item.desired.kind === 'APIService') return true;
  const name = `${item.desired.metadata.name.slice(0, 40).replace(/[^a-z0-9]+$/, '')}-rehearsal`;
  const object = { ...item.desired, metadata: { ...item.desired.metadata, name } };
  try {
    await run.request.client.apply(item.resource, object, {
      fieldManager: run.request.owner.fieldManager,
      dryRun: true,
      signal: run.request.signal,
    });
    return true;
  } catch {
    run.request.signal.throwIfAborted();
    return false;
  }
}
