import type { ObjectDiff } from '../../apply/diff/diff-set.ts';
import { diffObjects } from '../../apply/diff/objects.ts';
import { compileRules, type IgnoreRule, ignoredPaths } from '../../apply/ignore.ts';
import { parallel } from '../../apply/parallel.ts';
import type { ApplyResult } from '../../apply/types.ts';
import { isKube } from '../../kube/errors.ts';
import { gvkOf, keyOf, refOf } from '../../kube/object.ts';
import type { KubeObject, PartialObject } from '../../kube/types.ts';
import { isHook, objectsOf } from '../manifest.ts';
import type { Release } from '../types.ts';
import { type ActionContext, helmFieldManager, helmGroup } from './context.ts';
import { applyObjects, marked } from './objects.ts';

/** How an object of a release differs from what is in the cluster. */
export interface Drift extends ObjectDiff {
  readonly desired: KubeObject;
}

const concurrency = 4;
const optOut = `${helmGroup}/driftDetection`;

/**
 * Compares the objects of a release, without its hooks, with the cluster: what the API server would make of them with what it has.
 * @throws KubeError
 */
export async function findDrift(
  context: ActionContext,
  release: Release,
  ignore: readonly IgnoreRule[] = [],
): Promise<Drift[]> {
  const objects = (await objectsOf(release.manifest, context)).filter((object) => !isHook(object));
  const rules = compileRules(ignore);
  return parallel(objects, concurrency, (object) => compare(context, object, ignoredPaths(object, rules)));
}

async function compare(
  context: ActionContext,
  desired: KubeObject,
  ignored: readonly string[],
): Promise<Drift> {
  const { client, signal } = context;
  const { kind, namespace, name } = refOf(desired);
  const object = { kind, namespace, name };
  if (isExcluded(desired)) return { type: 'exclude', object, desired };
  const resource = await client.resourceFor(gvkOf(desired), { signal });
  let live: KubeObject;
  try {
    live = await client.get(resource, keyOf(desired), { signal });
  } catch (error) {
    if (isKube(error, 'notFound')) return { type: 'create', object, desired };
    throw error;
  }
  if (isExcluded(live)) return { type: 'exclude', object, desired };
  const applied = await client.apply<KubeObject>(resource, marked(desired, context), {
    fieldManager: helmFieldManager,
    force: true,
    dryRun: true,
    signal,
  });
  const patch = diffObjects(live, applied).filter(({ path }) => !ignored.some((each) => covers(each, path)));
  return { type: patch.length > 0 ? 'update' : 'none', object, desired, patch };
}

/** A JSON pointer is that of another, or leads to a part of it. */
const covers = (pointer: string, path: string): boolean => path === pointer || path.startsWith(`${pointer}/`);

function isExcluded({ metadata }: PartialObject): boolean {
  return [metadata.labels, metadata.annotations].some((each) => each?.[optOut]?.toLowerCase() === 'disabled');
}

/** Applies those objects again that are not as they should be. @throws ApplyError, FluxError */
export async function correctDrift(
  context: ActionContext,
  drift: readonly Drift[],
  ignore: readonly IgnoreRule[] = [],
): Promise<ApplyResult> {
  const wrong = drift.filter(({ type }) => type === 'create' || type === 'update');
  return applyObjects(
    context,
    wrong.map(({ desired }) => desired),
    { ignore },
  );
}
