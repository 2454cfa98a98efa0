import type { KubeObject } from '../../kube/types.ts';
import { objectsOf } from '../manifest.ts';
import type { Release } from '../types.ts';
import type { ActionContext } from './context.ts';
import { owned, removed } from './objects.ts';

/**
 * What other releases since the one that is deployed have left behind: a release that failed, or that was interrupted, may have brought objects
 * that no later one has. (Helm forgets them.) An object of somebody else is none of them.
 * @param known releases, and all of their objects
 */
export async function leftovers(
  context: ActionContext,
  known: { releases: readonly Release[]; objects: readonly KubeObject[] },
): Promise<KubeObject[]> {
  const versions = new Set(known.releases.map(({ version }) => version));
  const others = (await context.storage.current()).filter(({ version }) => !versions.has(version));
  const objects = await Promise.all(others.map(({ manifest }) => objectsOf(manifest, context)));
  return owned(context, removed(objects.flat(), known.objects));
}
