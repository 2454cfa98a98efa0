import { parallel } from '@flux-host/host/apply/parallel.ts';
import { type Plan, planApply } from '@flux-host/host/apply/plan.ts';
import type { ApplyRequest } from '@flux-host/host/apply/types.ts';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import type { ActionContext } from '@flux-host/host/helm/actions/context.ts';
import { crdsToApply } from '@flux-host/host/helm/actions/crds.ts';
import { isExcluded } from '@flux-host/host/helm/actions/drift.ts';
import { checkOwnership, removed, requestFor } from '@flux-host/host/helm/actions/objects.ts';
import { objectsOf } from '@flux-host/host/helm/manifest.ts';
import { namespaces } from '@flux-host/host/kube/core.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { gvkOf, refIn, refOf } from '@flux-host/host/kube/object.ts';
import type { KubeObject, ObjectRef } from '@flux-host/host/kube/types.ts';
import type { Run } from '@flux-host/host/reconcile/helm-release/run.ts';
import {
  crdsPolicy,
  installSettings,
  upgradeSettings,
} from '@flux-host/host/reconcile/helm-release/settings.ts';
import { changesOf } from '../repository/changes.ts';
import type { Change, Failure } from '../repository/types.ts';
import { hookChanges } from './hooks.ts';
import type { ReleasePlan } from './plan.ts';

/** Dry runs at once. */
const concurrency = 8;

/** What a release would change. */
export interface Compared {
  readonly changes: readonly Change[];
  readonly failures: readonly Failure[];
  /** All that there will be, for who has to know which kinds and namespaces come. */
  readonly objects: readonly KubeObject[];
}

/** Compares what a plan leads to with the cluster, by dry runs of the host's applier. @throws FluxError */
export async function compareRelease(
  run: Run,
  plan: ReleasePlan,
  ignore: ApplyRequest['ignore'],
): Promise<Compared> {
  const { object } = run.context;
  const { context, action } = plan;
  const all = await objectsOf(plan.manifest, context);
  // What an upgrade applies it applies to all; what others do to some is not told of.
  const objects = action === 'none' ? all.filter((each) => !isExcluded(each)) : all;
  const definitions =
    action === 'none' ? [] : await crdsToApply(context, crdsPolicy(object, action), run.chart.inspected.crds);
  const plans = [
    await planApply({ ...requestFor(context, []), objects: definitions, concurrency }),
    await planApply({ ...requestFor(context, objects), concurrency, ...(ignore ? { ignore } : {}) }),
  ];
  const old = await objectsBefore(plan);
  const failures = [
    ...plans.flatMap((each) => each.failures),
    ...(await foreign(run, plan, { old, objects })),
  ];
  const gone = await present(removed(old, all), context);
  return {
    changes: [
      ...(await newNamespace(run, plan)),
      ...plans.flatMap((each: Plan) => each.objects.flatMap(changesOf)),
      ...gone.map((ref): Change => ({ ref, action: 'deleted' })),
      ...(action === 'none' ? [] : await hookChanges(run, plan)),
    ],
    failures,
    objects: [...definitions, ...objects],
  };
}

async function objectsBefore({ before, replaced, context }: ReleasePlan): Promise<KubeObject[]> {
  const old = before ?? replaced;
  return old ? objectsOf(old.manifest, { ...context, namespace: old.namespace }) : [];
}

/** What belongs to somebody else and may not be taken over. */
async function foreign(
  { context: { object } }: Run,
  { action, context }: ReleasePlan,
  { old, objects }: { old: readonly KubeObject[]; objects: readonly KubeObject[] },
): Promise<Failure[]> {
  if (action === 'none') return [];
  const { takeOwnership } = action === 'install' ? installSettings(object) : upgradeSettings(object);
  if (takeOwnership) return [];
  const known = new Set(old.map((each) => JSON.stringify(refOf(each))));
  try {
    await checkOwnership(
      context,
      objects.filter((each) => !known.has(JSON.stringify(refOf(each)))),
    );
    return [];
  } catch (error) {
    if (!(error instanceof FluxError) || error.code !== 'FLUX_E_HELM_OWNERSHIP') throw error;
    return [{ error }];
  }
}

/** The namespace of a release that is made for it. */
async function newNamespace(
  { context: { object } }: Run,
  { action, context }: ReleasePlan,
): Promise<Change[]> {
  if (action !== 'install' || !installSettings(object).createNamespace) return [];
  const { client, namespace: name, signal } = context;
  try {
    await client.getMetadata(namespaces, { namespace: '', name }, { signal });
    return [];
  } catch (error) {
    if (!isKube(error, 'notFound')) throw error;
    return [{ ref: refIn(namespaces, { namespace: '', name }), action: 'created' }];
  }
}

/** Those of the objects that are in the cluster. */
export async function present(
  objects: readonly KubeObject[],
  { client, signal }: Pick<ActionContext, 'client' | 'signal'>,
): Promise<ObjectRef[]> {
  const there = await parallel([...objects], concurrency, async (object) => {
    try {
      const resource = await client.resourceFor(gvkOf(object), { signal });
      await client.getMetadata(resource, refOf(object), { signal });
      return true;
    } catch (error) {
      // Who may not read an object is not told that it stays.
      if (isKube(error, 'forbidden')) return true;
      if (isKube(error, 'notFound') || isKube(error, 'noMatch')) return false;
      throw error;
    }
  });
  return objects.filter((_object, index) => there[index]).map(refOf);
}
