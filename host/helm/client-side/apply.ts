import { isBuiltIn } from '../../apply/built-in.ts';
import { ApplyError, isFluxError, objectRejected } from '../../apply/errors.ts';
import { inventoryOf, objectId, ordering } from '../../apply/inventory.ts';
import { compareApplyOrder, rankOf } from '../../apply/order.ts';
import { parallel } from '../../apply/parallel.ts';
import { checkNames } from '../../apply/prepare.ts';
import { retrying } from '../../apply/retry.ts';
import type { Action, ApplyResult, Change } from '../../apply/types.ts';
import type { FluxError } from '../../errors/flux-error.ts';
import { isKube } from '../../kube/errors.ts';
import { gvkOf, keyOf, refOf } from '../../kube/object.ts';
import type { ApiResource, KubeObject, PatchType } from '../../kube/types.ts';
import { type ActionContext, helmFieldManager } from '../actions/context.ts';
import { addingPatch, mergePatch } from './merge-patch.ts';
import { rulesOf } from './rules-of.ts';
import { strategicPatch } from './strategic-patch.ts';

const concurrency = 4;
const patienceMs = 60_000;

export interface ClientSideApply {
  /** Ready to be sent. */
  readonly objects: readonly KubeObject[];
  /** As the release has them that is replaced. */
  readonly before: readonly KubeObject[];
  /** Replaces objects rather than to patch them. */
  readonly force: boolean;
}

/**
 * Creates and patches objects without server-side apply, as Helm 3 does: what the old release had and the new one has not is removed, what others added stays.
 * @throws ApplyError with what was applied before; FluxError FLUX_E_APPLY_UNNAMED
 */
export async function applyClientSide(
  context: ActionContext,
  { objects, before, force }: ClientSideApply,
): Promise<ApplyResult> {
  const { client, identity, applier, signal } = context;
  checkNames(objects);
  const originals = new Map(before.map((object) => [objectId(refOf(object)), object]));
  const live = new Map<string, KubeObject>();
  const changes: Change[] = [];
  const ordered = objects.toSorted((a, b) => compareApplyOrder(ordering(refOf(a)), ordering(refOf(b))));
  for (const wave of Map.groupBy(ordered, ({ kind }) => rankOf(kind)).values()) {
    const failures: FluxError[] = [];
    await parallel(wave, concurrency, async (desired) => {
      const ref = refOf(desired);
      const id = objectId(ref);
      try {
        const sent = await send(context, { desired, original: originals.get(id), force });
        live.set(id, withoutManagers(sent.object));
        changes.push({ object: ref, action: sent.action });
      } catch (error) {
        signal.throwIfAborted();
        const rejected = objectRejected(error, { object: desired, step: 'apply' });
        if (!isFluxError(rejected)) throw rejected;
        failures.push(rejected);
      }
    });
    if (failures.length > 0) throw new ApplyError(failures, changes);
    const definitions = wave.filter(({ kind }) => kind === 'CustomResourceDefinition').map(refOf);
    if (definitions.length > 0) {
      const wait = { client, identity, objects: definitions, live, timeoutMs: patienceMs };
      await applier.wait({ ...wait, failFast: true, signal });
    }
  }
  return { changes, inventory: inventoryOf(ordered.map(refOf)), live };
}

interface Sending {
  readonly desired: KubeObject;
  readonly original: KubeObject | undefined;
  readonly force: boolean;
}

interface Sent {
  readonly object: KubeObject;
  readonly action: Action;
}

const attempts = 5;

/** Sends it again when somebody else, a controller that writes the status, was faster. */
async function send(context: ActionContext, sending: Sending): Promise<Sent> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await sendOnce(context, sending);
    } catch (error) {
      const isLate = isKube(error, 'conflict') || isKube(error, 'alreadyExists');
      if (!isLate || attempt === attempts) throw error;
    }
  }
}

async function sendOnce(context: ActionContext, sending: Sending): Promise<Sent> {
  const { client, signal } = context;
  const { desired, force } = sending;
  const resource = await client.resourceFor(gvkOf(desired), { signal });
  const live = await read(context, resource, desired);
  const options = { fieldManager: helmFieldManager, signal };
  if (!live) return { object: await client.create(resource, desired, options), action: 'created' };
  const { resourceVersion } = live.metadata;
  if (force) {
    const metadata = { ...desired.metadata, ...(resourceVersion ? { resourceVersion } : {}) };
    const object = await client.replace(resource, { ...desired, metadata }, options);
    return { object, action: actionOf(live, object) };
  }
  const { type, patch } = await patchFor(context, sending, live);
  if (Object.keys(patch).length === 0) return { object: live, action: 'unchanged' };
  const apply = () => client.patch<KubeObject>(resource, keyOf(desired), patch, { ...options, type });
  const object = await retrying(apply, { signal, forMs: patienceMs });
  return { object, action: actionOf(live, object) };
}

async function read(
  { client, signal }: ActionContext,
  resource: ApiResource,
  desired: KubeObject,
): Promise<KubeObject | undefined> {
  try {
    const get = () => client.get<KubeObject>(resource, keyOf(desired), { signal });
    return await retrying(get, { signal, forMs: patienceMs });
  } catch (error) {
    if (isKube(error, 'notFound')) return undefined;
    throw error;
  }
}

/** Built-in kinds are merged by the rules of their types. For others, as in Helm, what differs between the releases is sent, and for those that the release did not have all. */
async function patchFor(
  context: ActionContext,
  { desired, original }: Sending,
  live: KubeObject,
): Promise<{ type: PatchType; patch: Record<string, unknown> }> {
  const gvk = gvkOf(desired);
  if (!isBuiltIn(desired) && gvk.group !== 'apiextensions.k8s.io') {
    return { type: 'merge', patch: original ? mergePatch(original, desired) : addingPatch(live, desired) };
  }
  const rules = await rulesOf(context.applier, context, desired);
  const versions = { original: original ?? desired, modified: desired, current: live };
  return { type: 'strategic', patch: strategicPatch(versions, rules, rules.typeOf(gvk)) };
}

const actionOf = (before: KubeObject, after: KubeObject): Action =>
  before.metadata.resourceVersion === after.metadata.resourceVersion ? 'unchanged' : 'configured';

function withoutManagers(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
