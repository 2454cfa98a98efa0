import { hasChanges } from '../../apply/diff/diff-set.ts';
import type { Drift } from '../../apply/drift/find.ts';
import type { IgnoreRule } from '../../apply/ignore.ts';
import type { ApplyResult } from '../../apply/types.ts';
import type { PartialObject } from '../../kube/types.ts';
import { isHook, objectsOf } from '../manifest.ts';
import type { Release } from '../types.ts';
import { type ActionContext, helmGroup } from './context.ts';
import { applyObjects, requestFor } from './objects.ts';

const optOut = `${helmGroup}/driftDetection`;

/**
 * Compares the objects of a release, without its hooks, with the cluster, and has them watched from then on. An object that cannot be compared
 * does not hide the drift of others.
 * @throws FluxError when nothing has changed of those that could be compared, and others could not
 */
export async function findDrift(
  context: ActionContext,
  release: Release,
  ignore: readonly IgnoreRule[] = [],
): Promise<readonly Drift[]> {
  const all = await objectsOf(release.manifest, context);
  const { objects, failures } = await context.applier.findDrift({
    ...requestFor(
      context,
      all.filter((object) => !isHook(object)),
    ),
    ignore,
    isExcluded,
  });
  const [failure] = failures;
  if (failure && !hasChanges(objects)) throw failure;
  for (const { message } of failures) context.log(`cannot compare with the cluster: ${message}`);
  return objects;
}

/** The object itself says that it is nobody's business what becomes of it. */
export function isExcluded({ metadata }: PartialObject): boolean {
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
    { ignore, tracking: 'some' },
  );
}
