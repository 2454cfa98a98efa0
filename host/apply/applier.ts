import type { ApiResource, KubeObject, ObjectRef } from '../kube/types.ts';
import { ApplyError, isFluxError } from './errors.ts';
import { waitHealthy } from './health/wait.ts';
import type { WatchPool } from './health/watch-pool.ts';
import { compileRules } from './ignore.ts';
import type { Run, Settled } from './inspect.ts';
import { inventoryOf, ordering } from './inventory.ts';
import { compareApplyOrder, stageOf, stages } from './order.ts';
import { parallel } from './parallel.ts';
import { checkNames, definedKinds, type Prepared, prepare } from './prepare.ts';
import { applyStage } from './stage.ts';
import type { ObjectTracker } from './tracker.ts';
import type { ApplyRequest, ApplyResult, Change } from './types.ts';

/** What outlives a request. */
export interface ApplyState {
  readonly pool: WatchPool;
  readonly tracker?: ObjectTracker | undefined;
}

/** What was applied, and the digest of each object as it was asked for, by inventory id. */
interface Applied extends ApplyResult {
  readonly desired: ReadonlyMap<string, string>;
}

/**
 * Applies a set of objects on behalf of an owner, in Flux's stages: cluster definitions, classes, custom kinds, the rest.
 * Objects that `tracker` knows to be unchanged cost no request; without a tracker every object is read.
 * @throws ApplyError with what was applied before; FluxError; the signal's reason when it aborts
 */
export async function apply(request: ApplyRequest, { pool, tracker }: ApplyState): Promise<Applied> {
  checkNames(request.objects);
  const run: Run = {
    request,
    tracker,
    rules: compileRules(request.ignore),
    listed: new Set(request.inventory?.map(({ id }) => id)),
    live: new Map(),
  };
  const custom = new Set(request.customStageKinds?.map(groupKindOf));
  const byStage = Map.groupBy(request.objects, (object) => stageOf(object, custom));
  const defined = definedKinds(request.objects);
  const changes: Change[] = [];
  const refs: ObjectRef[] = [];
  const desired = new Map<string, string>();
  for (const stage of stages) {
    const objects = byStage.get(stage);
    if (!objects) continue;
    request.signal.throwIfAborted();
    const settled = await runStage(objects, { run, defined, changes });
    for (const { item } of settled) {
      refs.push(item.ref);
      desired.set(item.id, item.digest);
    }
    if (stage === 'definitions' || stage === 'classes') await stageReady(settled, run, pool);
  }
  return { changes, inventory: inventoryOf(refs), live: run.live, desired };
}

/** `Kind.group` of `group/Kind`. */
function groupKindOf(item: string): string {
  const slash = item.indexOf('/');
  return slash < 0 ? item : `${item.slice(slash + 1)}.${item.slice(0, slash)}`;
}

interface Progress {
  readonly run: Run;
  readonly defined: ReadonlyMap<string, ApiResource>;
  readonly changes: Change[];
}

async function runStage(
  objects: readonly KubeObject[],
  { run, defined, changes }: Progress,
): Promise<Settled[]> {
  const { request } = run;
  const items = await prepareAll(objects, { run, defined, changes });
  const { settled, failures, uncertain } = await applyStage(items, run);
  const ordered = settled.toSorted((a, b) => compareApplyOrder(ordering(a.item.ref), ordering(b.item.ref)));
  changes.push(...ordered.map(({ item, action }) => ({ object: item.ref, action })));
  request.signal.throwIfAborted();
  if (failures.length > 0) throw new ApplyError(failures, changes, uncertain);
  return ordered;
}

async function prepareAll(
  objects: readonly KubeObject[],
  { run, defined, changes }: Progress,
): Promise<Prepared[]> {
  try {
    const items = await parallel(objects, 16, (object) => prepare(object, { ...run, defined }));
    return items.sort((a, b) => compareApplyOrder(ordering(a.ref), ordering(b.ref)));
  } catch (error) {
    throw isFluxError(error) ? new ApplyError([error], changes) : error;
  }
}

/** Waits for what was touched; what is remembered was waited for before. */
async function stageReady(settled: readonly Settled[], run: Run, pool: WatchPool): Promise<void> {
  const { client, signal, stageTimeoutMs, identity } = run.request;
  const objects = settled
    .filter(({ item, action }) => action !== 'skipped' && run.live.has(item.id))
    .map(({ item }) => item.ref);
  const identified = identity === undefined ? {} : { identity };
  const request = {
    client,
    objects,
    live: run.live,
    timeoutMs: stageTimeoutMs,
    failFast: true,
    signal,
    ...identified,
  };
  await waitHealthy(request, { pool, tracker: run.tracker });
}
