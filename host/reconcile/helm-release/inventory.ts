import { entryOf } from '../../apply/inventory.ts';
import type { InventoryEntry } from '../../apply/types.ts';
import { isHook, objectsOf, parseCrds } from '../../helm/manifest.ts';
import type { Release } from '../../helm/types.ts';
import { refOf } from '../../kube/object.ts';
import type { Run } from './run.ts';

/** Everything that a release consists of: what its manifest has, and the definitions of its chart. */
export async function inventoryOfRelease(
  { client, namespace, context, chart }: Pick<Run, 'client' | 'namespace' | 'context' | 'chart'>,
  release: Release,
): Promise<{ entries: InventoryEntry[] }> {
  const all = await objectsOf(release.manifest, { client, namespace, signal: context.signal });
  const objects = all.filter((object) => !isHook(object));
  const definitions = chart.inspected.crds
    .flatMap(parseCrds)
    .filter(({ kind }) => kind === 'CustomResourceDefinition');
  return { entries: [...objects, ...definitions].map((object) => entryOf(refOf(object))) };
}
