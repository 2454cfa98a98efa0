import type { ApiResource, KubeObject, ObjectRef } from '@flux-host/host/kube/types.ts';

/** How an object is. `unknown` is for those that the user may not read. */
export type State = 'ready' | 'failed' | 'waiting' | 'missing' | 'unknown';

/** What an object is to the one that is explained, or to another of its chain. */
export type Relation = 'source' | 'dependency' | 'parent' | 'applied' | 'pod';

/** What an object says of itself. */
export interface Judgement {
  readonly state: State;
  readonly isSuspended: boolean;
  /** Of the condition that tells most; empty when nothing does. */
  readonly reason: string;
  readonly message: string;
  /** The way out, where the message had one. */
  readonly hint?: string;
}

/** An object of the chain. */
export interface Finding extends Judgement {
  readonly resource: ApiResource;
  readonly ref: ObjectRef;
  /** Absent when it is missing or may not be read. */
  readonly object?: KubeObject;
  /** The container of a pod that the judgement is about. */
  readonly container?: string;
}

/** An object together with what it depends on and what it brought about. */
export interface Link {
  readonly finding: Finding;
  /** Absent for the object that is explained. */
  readonly relation?: Relation;
  /** Sources, dependencies, and who applied it. */
  readonly needs: readonly Link[];
  /** What it applied and is not ready; only for objects that are not ready themselves. */
  readonly children: readonly Link[];
}
