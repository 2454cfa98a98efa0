import type { FluxError } from '../../errors/flux-error.ts';
import type { KubeObject } from '../../kube/types.ts';
import { read, submit } from '../calls.ts';
import type { DiffType, ObjectDiff } from '../diff/diff-set.ts';
import type { PatchOperation } from '../diff/json-patch.ts';
import { diffObjects } from '../diff/objects.ts';
import { isFluxError, objectRejected } from '../errors.ts';
import { compileRules } from '../ignore.ts';
import { observe, type Run, recall } from '../inspect.ts';
import { entryOf } from '../inventory.ts';
import { parallel } from '../parallel.ts';
import { definedKinds, type Preparation, type Prepared, prepare } from '../prepare.ts';
import type { ObjectTracker } from '../tracker.ts';
import type { ApplyRequest, InventoryEntry } from '../types.ts';
import { isApplied } from '../unchanged.ts';

export interface DriftRequest extends ApplyRequest {
  /** Whether an object, as it is asked for or as it lives, is left alone. */
  isExcluded?(object: KubeObject): boolean;
}

/** How an object differs from what is in the cluster. Values of Secrets are masked. */
export interface Drift extends ObjectDiff {
  /** As it was in the request. */
  readonly desired: KubeObject;
}

export interface DriftResult {
  /** In the order of the request; those that could not be compared are missing. */
  readonly objects: readonly Drift[];
  readonly failures: readonly FluxError[];
}

/**
 * Compares objects with the cluster: what the API server would make of them with what it has. Nothing is changed. The objects are watched
 * from then on; those that the tracker knows to be unchanged cost no request, and those that are as asked for are not dry-run.
 * @throws the signal's reason when it aborts; what is no FluxError
 */
export async function findDrift(
  request: DriftRequest,
  tracker: ObjectTracker | undefined,
): Promise<DriftResult> {
  const rules = compileRules(request.ignore);
  const run: Run = { request, tracker, rules, listed: new Set(), live: new Map() };
  const how: Preparation = { ...run, defined: definedKinds(request.objects) };
  const isExcluded = (object: KubeObject): boolean => request.isExcluded?.(object) ?? false;
  const failures: FluxError[] = [];
  const watched: InventoryEntry[] = [];
  const found = await parallel(request.objects, request.concurrency, async (desired) => {
    try {
      const item = await prepare(desired, how);
      const { kind, namespace, name } = item.ref;
      const object = { kind, namespace, name };
      if (isExcluded(item.desired)) return { type: 'exclude', object, desired } satisfies Drift;
      watched.push(entryOf(item.ref));
      return { ...(await compare(item, run, isExcluded)), object, desired } satisfies Drift;
    } catch (error) {
      request.signal.throwIfAborted();
      if (!isFluxError(error)) throw error;
      failures.push(error);
      return undefined;
    }
  });
  tracker?.track(request.owner, watched);
  return { objects: found.filter((each) => each !== undefined), failures };
}

interface Difference {
  readonly type: DiffType;
  readonly patch?: readonly PatchOperation[];
}

async function compare(
  item: Prepared,
  run: Run,
  isExcluded: (object: KubeObject) => boolean,
): Promise<Difference> {
  const known = recall(item, run);
  if (known?.desired === item.digest) return { type: known.action === 'skipped' ? 'exclude' : 'none' };
  const live = await read(item, run.request);
  if (!live) return { type: 'create' };
  if (isExcluded(live)) {
    observe(run, { item, live, action: 'skipped' });
    return { type: 'exclude' };
  }
  const patch = isApplied(item.desired, live, run.request.owner.fieldManager)
    ? []
    : await dryRun(item, run, live);
  if (patch.length > 0) return { type: 'update', patch };
  observe(run, { item, live, action: 'unchanged' });
  return { type: 'none' };
}

async function dryRun(item: Prepared, { request }: Run, live: KubeObject): Promise<PatchOperation[]> {
  const { desired, ignored } = item;
  try {
    const applied = await submit(item, request, { object: desired, dryRun: true });
    return diffObjects(live, applied).filter(({ path }) => !ignored.some((each) => covers(each, path)));
  } catch (error) {
    throw objectRejected(error, { object: desired, step: 'dry-run' });
  }
}

/** A JSON pointer is that of another, or leads to a part of it. */
const covers = (pointer: string, path: string): boolean => path === pointer || path.startsWith(`${pointer}/`);
