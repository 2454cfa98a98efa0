import { ordering } from '../../apply/inventory.ts';
import { compareApplyOrder } from '../../apply/order.ts';
import type { Change } from '../../apply/types.ts';
import { formatRef } from '../../kube/object.ts';
import { kustomizeGroup } from './owner.ts';

/** One line a changed object, as Flux writes its change log: `Deployment/apps/web configured`. */
export function changeLog(changes: readonly Change[]): string {
  return changes
    .filter(({ action }) => action !== 'unchanged' && action !== 'skipped')
    .map(({ object, action }) => `${formatRef(object)} ${action}`)
    .join('\n');
}

/** What became of each object that was to be deleted, in the order of deleting; those that were left alone are `skipped`. */
export function collectionLog(changes: readonly Change[]): string {
  return changes
    .toSorted((a, b) => compareApplyOrder(ordering(b.object), ordering(a.object)))
    .map(({ object, action }) => `${formatRef(object)} ${action}`)
    .join('\n');
}

/**
 * The same for the log, unchanged objects among them: what became of each object, or, with the gate GroupChangeLog, which objects became what.
 */
export function changeMap(
  changes: readonly Change[],
  grouped: boolean,
): Record<string, string> | Record<string, string[]> {
  if (!grouped) return Object.fromEntries(changes.map(({ object, action }) => [formatRef(object), action]));
  const byAction = Map.groupBy(changes, ({ action }) => action);
  return Object.fromEntries(
    [...byAction].map(([action, group]) => [action, group.map(({ object }) => formatRef(object))]),
  );
}

/** Annotations of every event of a Kustomization. */
export function eventAnnotations(
  revision: string | undefined,
  originRevision: string | undefined,
): Record<string, string> {
  return {
    ...(revision ? { [`${kustomizeGroup}/revision`]: revision } : {}),
    ...(originRevision ? { [`${kustomizeGroup}/originRevision`]: originRevision } : {}),
  };
}
