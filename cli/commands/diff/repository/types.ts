import type { FluxError } from '@flux-host/host/errors/flux-error.ts';
import type { KubeObject, ObjectRef } from '@flux-host/host/kube/types.ts';
import type { Difference } from '../../../differences/types.ts';

/** What would happen to an object. */
export interface Change {
  readonly ref: ObjectRef;
  readonly action: 'created' | 'drifted' | 'deleted' | 'skipped';
  /** Of an object that drifted, values of Secrets masked. */
  readonly differences?: readonly Difference[];
  /** What else there is to know, e.g. why it is skipped. */
  readonly note?: string;
}

/** What could not be found out. */
export interface Failure {
  readonly error: FluxError;
  /** The object that it is about; absent when it is about the whole section. */
  readonly object?: KubeObject;
}

/** The changes that one Kustomization, or whatever else applies objects, would make. */
export interface Section {
  readonly owner: ObjectRef;
  readonly changes: readonly Change[];
  readonly failures: readonly Failure[];
  /** E.g. that it is suspended. */
  readonly note?: string;
}

/** All changes that a checkout would make in a cluster; sections without changes and failures are left out. */
export interface Report {
  readonly sections: readonly Section[];
}

/** How many objects there are of each action. */
export type Counts = Readonly<Record<Change['action'] | 'failed', number>>;

export function countsOf({ sections }: Report): Counts {
  const changes = sections.flatMap((section) => section.changes);
  const count = (action: Change['action']) => changes.filter((change) => change.action === action).length;
  return {
    created: count('created'),
    drifted: count('drifted'),
    deleted: count('deleted'),
    skipped: count('skipped'),
    failed: sections.flatMap(({ failures }) => failures).length,
  };
}

/** Whether anything in the cluster would change. */
export function hasChanges(report: Report): boolean {
  const { created, drifted, deleted } = countsOf(report);
  return created + drifted + deleted > 0;
}
