import type { EventInput } from '../events/types.ts';
import type { KubeObject, NamespacedName } from '../kube/types.ts';
import type { Logger } from '../observability/logger.ts';
import type { Condition } from './conditions.ts';

/** An object of Flux's API: a spec that users write and a status that the host writes. */
export interface FluxObject extends KubeObject {
  spec: { suspend?: boolean; [field: string]: unknown };
  status?: {
    conditions?: Condition[];
    observedGeneration?: number;
    lastHandledReconcileAt?: string;
    [field: string]: unknown;
  };
}

/** When to come back. Nothing: only when something changes. */
export interface Result {
  readonly requeueAfterMs?: number;
}

/** Everything a reconciler may use while it works on one object. */
export interface Context<T extends FluxObject> {
  readonly key: NamespacedName;
  /** A private copy: change `status`, then `patch` or return. */
  readonly object: T;
  /** Knows the object and the reconcile ID already. */
  readonly log: Logger;
  /** Aborts when the host stops or the object is gone. */
  readonly signal: AbortSignal;
  /** Aborts when the host is asked to stop: work goes on to its end, waits should not. */
  readonly stopping: AbortSignal;
  /** Aborts when the running attempt is out of date: new spec, new revision, new request. Waits should listen to it. */
  readonly superseded: AbortSignal;
  /** Writes the status as it is now, if it changed. */
  patch(): Promise<void>;
  /** To be called after a change of the status that shows where the work stands; written only once the attempt takes long. */
  progress(): void;
  event(event: EventInput): void;
  /** Runs something that only waits; meanwhile another object may use this one's place (`--concurrent`). */
  waiting<R>(work: () => Promise<R>): Promise<R>;
  /** The same for what is done soon as a rule, such as a call of a plugin: the place is given away only when it takes longer. */
  calling<R>(work: () => Promise<R>): Promise<R>;
}

/** Level-based: looks at the world as it is and brings it closer to the spec. */
export interface Reconciler<T extends FluxObject> {
  /** Called with every object that is not being deleted and not suspended. */
  reconcile(context: Context<T>): Promise<Result>;
  /** Called once the object is being deleted, before the finalizer goes. */
  finalize(context: Context<T>): Promise<void>;
}
