import type { FluxError } from '../errors/flux-error.ts';
import type { KubeObject, ObjectRef } from '../kube/types.ts';
import { read, submit } from './calls.ts';
import { differs } from './compare.ts';
import { isFluxError, objectRejected } from './errors.ts';
import { compileRules, withoutPaths } from './ignore.ts';
import type { Candidate, Run } from './inspect.ts';
import { parallel } from './parallel.ts';
import { definedKinds, type Prepared, prepare } from './prepare.ts';
import { treatmentOf } from './skip.ts';
import type { ApplyRequest } from './types.ts';
import { mayRecreate } from './validate.ts';

/** What applying an object would do to it. */
export type Planned =
  | { readonly ref: ObjectRef; readonly action: 'created' | 'unchanged' | 'skipped' }
  | {
      readonly ref: ObjectRef;
      readonly action: 'configured';
      /** As it was asked for, in the form that is sent. */
      readonly desired: KubeObject;
      /** Without managedFields, and without what `spec.ignore` names. */
      readonly live: KubeObject;
      /** What the API server would make of it, likewise. */
      readonly applied: KubeObject;
    };

/** An object that could not be compared, and why. */
export interface Unplanned {
  readonly object: KubeObject;
  readonly error: FluxError;
}

export interface Plan {
  /** In the order of the request. */
  readonly objects: readonly Planned[];
  readonly failures: readonly Unplanned[];
}

/**
 * Compares objects with the cluster by asking the API server to apply each without storing it. Nothing is changed, and nothing is remembered.
 * Values of Secrets are as they are: mask them before they are shown. One object's failure does not stop the others.
 * @throws the signal's reason when it aborts; what is no FluxError
 */
export async function planApply(request: ApplyRequest): Promise<Plan> {
  const run: Run = {
    request,
    tracker: undefined,
    rules: compileRules(request.ignore),
    listed: new Set(),
    live: new Map(),
  };
  const defined = definedKinds(request.objects);
  const results = new Map<KubeObject, Planned | Unplanned>();
  await parallel(request.objects, request.concurrency, async (object) => {
    try {
      results.set(object, await planOne(await prepare(object, { ...run, defined }), run));
    } catch (error) {
      request.signal.throwIfAborted();
      if (!isFluxError(error)) throw error;
      results.set(object, { object, error });
    }
  });
  const ordered = request.objects.flatMap((object) => results.get(object) ?? []);
  return {
    objects: ordered.filter((result) => 'action' in result),
    failures: ordered.filter((result) => 'error' in result),
  };
}

async function planOne(item: Prepared, run: Run): Promise<Planned> {
  const { ref, treatment, ignored } = item;
  const { request } = run;
  const skipped = { ref, action: 'skipped' } as const;
  if (treatment.ignored) return skipped;
  const live = await read(item, request);
  if (live && (treatmentOf(live, request.owner.group).ignored || treatment.ifNotPresent)) return skipped;
  const candidate: Candidate = { item, live, known: undefined, ignored, unclean: false };
  const dryRun = await tryToApply(candidate, run);
  // An object that would be deleted first is a new one.
  if (!dryRun || !live || !dryRun.metadata.resourceVersion) return { ref, action: 'created' };
  const [before, after] = [withoutPaths(live, ignored), withoutPaths(dryRun, ignored)];
  if (!differs(before, after)) return { ref, action: 'unchanged' };
  return {
    ref,
    action: 'configured',
    desired: item.desired,
    live: withoutManagedFields(before),
    applied: withoutManagedFields(after),
  };
}

/** @returns undefined for an object that would have to be replaced, and may be */
async function tryToApply(candidate: Candidate, run: Run): Promise<KubeObject | undefined> {
  const { desired } = candidate.item;
  try {
    return await submit(candidate.item, run.request, { object: desired, dryRun: true });
  } catch (error) {
    if (await mayRecreate(candidate, run, error)) return undefined;
    throw objectRejected(error, { object: desired, step: 'dry-run' });
  }
}

function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _fields, ...metadata } = object.metadata;
  return { ...object, metadata };
}
