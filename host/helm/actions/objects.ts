import { computeHealth } from '../../apply/health/compute.ts';
import { jobsWithTtl } from '../../apply/health/job.ts';
import { objectId, ordering } from '../../apply/inventory.ts';
import { compareApplyOrder, rankOf } from '../../apply/order.ts';
import { parallel } from '../../apply/parallel.ts';
import type { ApplyRequest, ApplyResult, Health } from '../../apply/types.ts';
import { at, listAt, recordAt, stringAt } from '../../json.ts';
import { isKube } from '../../kube/errors.ts';
import { formatRef, gvkOf, keyOf, refOf } from '../../kube/object.ts';
import type { DeleteOptions, KubeObject, ObjectRef } from '../../kube/types.ts';
import { applyClientSide } from '../client-side/apply.ts';
import { foreignObject, notDeleted } from '../errors.ts';
import { waitAsHelm3 } from '../legacy/wait.ts';
import type { Release } from '../types.ts';
import { type ActionContext, type ActionSettings, helmFieldManager, helmGroup } from './context.ts';

const managedBy = 'app.kubernetes.io/managed-by';
const releaseName = 'meta.helm.sh/release-name';
const releaseNamespace = 'meta.helm.sh/release-namespace';
const resourcePolicy = 'helm.sh/resource-policy';

const concurrency = 4;
const stageTimeoutMs = 60_000;

/** Says on an object that it belongs to the release, as Helm does when it sends it. */
export function marked(
  object: KubeObject,
  { name, namespace }: Pick<ActionContext, 'name' | 'namespace'>,
): KubeObject {
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, [managedBy]: 'Helm' },
      annotations: { ...metadata.annotations, [releaseName]: name, [releaseNamespace]: namespace },
    },
  };
}

/** What the applier has to know to apply objects of the release, or to compare them with the cluster. */
export function requestFor(context: ActionContext, objects: readonly KubeObject[]): ApplyRequest {
  const { owner, client, identity, signal } = context;
  return {
    owner: { ...owner, group: helmGroup, fieldManager: helmFieldManager },
    client,
    identity,
    objects: objects.map((object) => marked(object, context)),
    force: false,
    concurrency,
    overrideManagers: ['helm', ...context.overrideManagers],
    stageTimeoutMs,
    signal,
  };
}

/** Applies objects of the release: all that it has, unless `tracking` says otherwise. @throws ApplyError, FluxError */
export async function applyObjects(
  context: ActionContext,
  objects: readonly KubeObject[],
  { tracking = 'all', ...more }: Pick<ApplyRequest, 'ignore' | 'tracking' | 'strictFields'> = {},
): Promise<ApplyResult> {
  return context.applier.apply({
    ...requestFor(context, objects),
    ...more,
    tracking: context.detectsDrift ? tracking : 'none',
  });
}

/** Applies all objects of a release, by the method that its record says. @throws ApplyError, FluxError */
export async function applyRelease(
  context: ActionContext,
  { apply_method }: Pick<Release, 'apply_method'>,
  what: { objects: readonly KubeObject[]; before?: readonly KubeObject[]; force?: boolean },
): Promise<ApplyResult> {
  const { objects, before = [], force = false } = what;
  if (apply_method === 'ssa') return applyObjects(context, objects, { strictFields: true });
  const desired = objects.map((object) => marked(object, context));
  return applyClientSide(context, { objects: desired, before, force });
}

/** Waits until objects are ready; paused Deployments never are, and nobody waits for them. @throws FluxError with what is not */
export async function waitReady(
  context: ActionContext,
  settings: ActionSettings,
  { objects, live }: { objects: readonly KubeObject[]; live: ApplyResult['live'] },
): Promise<void> {
  if (settings.disableWait) return;
  const wanted = objects.filter(
    (object) =>
      !(object.kind === 'Deployment' && at(object, 'spec', 'paused') === true) &&
      !(object.kind === 'Job' && settings.disableWaitForJobs),
  );
  if (wanted.length === 0) return;
  if (context.waitsAsHelm3) return waitReadyAsHelm3(context, settings, wanted);
  await wait(context, settings, {
    refs: wanted.map(refOf),
    jobs: jobsWithTtl(wanted).map(refOf),
    live,
    failFast: true,
    onWait: (refs) => refs.length > 0 && context.progress(`waiting for ${namesOf(refs)} to be ready`),
  });
}

/** Custom health checks do not count here, as in Flux. */
async function waitReadyAsHelm3(
  { client, signal, cancel, waiting, progress }: ActionContext,
  { timeoutMs }: ActionSettings,
  objects: readonly KubeObject[],
): Promise<void> {
  await waiting(() =>
    waitAsHelm3({
      client,
      objects,
      timeoutMs,
      signal: AbortSignal.any([signal, cancel]),
      onWait: (object) => progress(`waiting for ${formatRef(refOf(object))} to be ready`),
    }),
  );
}

const namedAtMost = 5;

/** Names for people; of many objects the first. */
export function namesOf(refs: readonly ObjectRef[]): string {
  const names = refs.slice(0, namedAtMost).map(formatRef);
  const more = refs.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Waits for a hook: a Job or Pod has to succeed, anything else only has to be there. */
export async function waitForHook(
  context: ActionContext,
  settings: ActionSettings,
  objects: readonly KubeObject[],
): Promise<void> {
  const runs = objects.filter(({ kind }) => kind === 'Job' || kind === 'Pod');
  if (runs.length === 0) return;
  context.progress(`waiting for hook ${runs.map((each) => formatRef(refOf(each))).join(', ')}`);
  // A hook may be a migration: it is not left alone because another chart is there.
  const steady = { ...context, cancel: context.signal };
  const jobs = jobsWithTtl(runs).map(refOf);
  await wait(steady, settings, { refs: runs.map(refOf), jobs, failFast: false, readers: hookHealth });
}

/** A hook is done when its containers have ended. A suspended Job is not, although nothing is wrong with it. */
function hookHealth(object: KubeObject): Health | undefined {
  if (object.kind === 'Job') {
    const health = computeHealth(object);
    const isSuspended = health.status === 'Current' && at(object, 'spec', 'suspend') === true;
    return isSuspended && !hasCompleted(object) ? { status: 'InProgress', message: health.message } : health;
  }
  if (object.kind !== 'Pod') return undefined;
  switch (at(object, 'status', 'phase')) {
    case 'Succeeded':
      return { status: 'Current', message: 'pod succeeded' };
    case 'Failed':
      return { status: 'Failed', message: 'pod failed' };
    default:
      return { status: 'InProgress', message: 'pod is running' };
  }
}

const hasCompleted = (job: KubeObject): boolean =>
  listAt(job, 'status', 'conditions').some(
    (each) => stringAt(each, 'type') === 'Complete' && stringAt(each, 'status') === 'True',
  );

async function wait(
  { client, identity, applier, readHealth, signal, cancel, waiting }: ActionContext,
  { timeoutMs }: ActionSettings,
  what: {
    refs: readonly ObjectRef[];
    /** Those that are gone soon after they are done. */
    jobs: readonly ObjectRef[];
    live?: ApplyResult['live'];
    failFast: boolean;
    readers?: (object: KubeObject) => Health | undefined;
    onWait?: (refs: readonly ObjectRef[]) => void;
  },
): Promise<void> {
  const readers = what.readers ?? readHealth;
  await waiting(() =>
    applier.wait({
      client,
      identity,
      objects: what.refs,
      jobsWithTtl: what.jobs,
      timeoutMs,
      failFast: what.failFast,
      ...(what.live ? { live: what.live } : {}),
      ...(readers ? { readers } : {}),
      ...(what.onWait ? { onWait: what.onWait } : {}),
      signal: AbortSignal.any([signal, cancel]),
    }),
  );
}

/** What one manifest has and another has not any more, without what its author wants to be kept. */
export function removed(before: readonly KubeObject[], after: readonly KubeObject[]): KubeObject[] {
  const kept = new Set(after.map((object) => objectId(refOf(object))));
  return before.filter((object) => !kept.has(objectId(refOf(object))) && !isKept(object));
}

/** `helm.sh/resource-policy: keep` */
export function isKept(object: KubeObject): boolean {
  return object.metadata.annotations?.[resourcePolicy]?.trim().toLowerCase() === 'keep';
}

/** Deletes objects in the reverse order of applying; what is gone already is fine. @throws FluxError with those that remain */
export async function deleteObjects(
  { client, signal }: Pick<ActionContext, 'client' | 'signal'>,
  objects: readonly KubeObject[],
  propagationPolicy: NonNullable<DeleteOptions['propagationPolicy']> = 'Background',
): Promise<void> {
  const failed: { ref: ObjectRef; error: unknown }[] = [];
  const ordered = objects.toSorted((a, b) => compareApplyOrder(ordering(refOf(b)), ordering(refOf(a))));
  for (const wave of Map.groupBy(ordered, ({ kind }) => rankOf(kind)).values()) {
    await parallel(wave, concurrency, async (object) => {
      try {
        const resource = await client.resourceFor(gvkOf(object), { signal });
        await client.delete(resource, keyOf(object), { propagationPolicy, signal });
      } catch (error) {
        signal.throwIfAborted();
        // A kind that is not served any more has no objects either.
        if (!isKube(error, 'notFound') && !isKube(error, 'noMatch'))
          failed.push({ ref: refOf(object), error });
      }
    });
  }
  if (failed.length > 0)
    throw notDeleted(
      failed.map(({ ref }) => ref),
      failed[0]?.error,
    );
}

/** @throws FluxError FLUX_E_HELM_OWNERSHIP for an object that is there and says that it belongs to somebody else, or to nobody */
export async function checkOwnership(context: ActionContext, objects: readonly KubeObject[]): Promise<void> {
  await parallel([...objects], concurrency, async (object) => {
    const problem = await ownershipProblem(context, object);
    if (problem) throw foreignObject(refOf(object), problem);
  });
}

/** Without those that say that they belong to somebody else, or to nobody. @throws KubeError */
export async function owned(context: ActionContext, objects: readonly KubeObject[]): Promise<KubeObject[]> {
  const kept = await parallel([...objects], concurrency, async (object) =>
    (await ownershipProblem(context, object)) === undefined ? [object] : [],
  );
  return kept.flat();
}

/** Why an object is not of the release; undefined when it is, or is not there. */
async function ownershipProblem(
  { client, name, namespace, signal }: ActionContext,
  object: KubeObject,
): Promise<string | undefined> {
  const wanted = [
    ['label', managedBy, 'Helm'],
    ['annotation', releaseName, name],
    ['annotation', releaseNamespace, namespace],
  ] as const;
  try {
    const resource = await client.resourceFor(gvkOf(object), { signal });
    const live = await client.getMetadata(resource, keyOf(object), { signal });
    for (const [what, key, value] of wanted) {
      const found = recordAt(live, 'metadata', `${what}s`)?.[key];
      if (found === value) continue;
      const problem =
        found === undefined
          ? `missing key "${key}"`
          : `key "${key}" must equal "${value}": current value is "${found}"`;
      return `${what} validation error: ${problem}`;
    }
  } catch (error) {
    if (!isKube(error, 'notFound') && !isKube(error, 'noMatch')) throw error;
  }
  return undefined;
}
