import { formatRef } from '../../kube/object.ts';
import type { NamespacedName } from '../../kube/types.ts';
import type { PatchOperation } from './json-patch.ts';

/** What comparing an object with the cluster showed: it has to be created or updated, is ignored, or is as it should be. */
export type DiffType = 'create' | 'update' | 'exclude' | 'none';

export interface ObjectDiff {
  readonly type: DiffType;
  readonly object: NamespacedName & { readonly kind: string };
  readonly patch?: readonly PatchOperation[];
}

export function hasType(diffs: readonly Pick<ObjectDiff, 'type'>[], type: DiffType): boolean {
  return diffs.some((diff) => diff.type === type);
}

export function hasChanges(diffs: readonly Pick<ObjectDiff, 'type'>[]): boolean {
  return hasType(diffs, 'create') || hasType(diffs, 'update');
}

/** An object that has to be created was removed from the cluster, hence the words. */
const words: Readonly<Record<DiffType, string>> = {
  create: 'removed',
  update: 'changed',
  exclude: 'excluded',
  none: 'unchanged',
};

/** One line an object, e.g. `Deployment/apps/web changed (0 additions, 1 changes, 0 removals)`. */
export function summarise(
  diffs: readonly ObjectDiff[],
  include: readonly DiffType[] = ['create', 'update', 'exclude'],
): string {
  return diffs
    .filter(({ type }) => include.includes(type))
    .map(
      ({ type, object, patch = [] }) =>
        `${formatRef(object)} ${words[type]}${type === 'update' ? counts(patch) : ''}`,
    )
    .join('\n');
}

function counts(patch: readonly PatchOperation[]): string {
  const count = (wanted: PatchOperation['op']): number => patch.filter(({ op }) => op === wanted).length;
  return ` (${count('add')} additions, ${count('replace')} changes, ${count('remove')} removals)`;
}

/** Numbers only: `removed: 1, changed: 2`. */
export function summariseBriefly(diffs: readonly ObjectDiff[], include: readonly DiffType[]): string {
  const order: readonly DiffType[] = ['create', 'update', 'exclude', 'none'];
  return order
    .map((type) => ({ type, count: diffs.filter((diff) => diff.type === type).length }))
    .filter(({ type, count }) => include.includes(type) && count > 0)
    .map(({ type, count }) => `${words[type]}: ${count}`)
    .join(', ');
}
