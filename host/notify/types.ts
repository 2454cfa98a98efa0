import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import type { EventInput } from '../events/types.ts';
import type { KubeObject } from '../kube/types.ts';

/** Names an Alert; with it the notification is found again after a restart. */
export interface AlertRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
}

/** One object of a message about many, for templates. */
export interface GroupedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly message: string;
}

/** What a message about many objects is about, for templates. */
export interface GroupView {
  /** Of which the first are in `objects`. */
  readonly count: number;
  readonly objects: readonly GroupedObject[];
  /** The failures are over. */
  readonly recovered: boolean;
  readonly cause: string;
}

/**
 * One event for one Provider, as it waits in the outbox. Holds references only: the Alert, the Provider and its Secrets are read when it is
 * sent, so that no secret is on the disk and a corrected Provider is used at the next attempt.
 */
export interface Notification {
  /** The same at every attempt, also after a restart. */
  readonly id: string;
  readonly alert: AlertRef;
  /** Name of the Provider, in the Alert's namespace. */
  readonly provider: string;
  /** With the metadata as it came. */
  readonly event: FluxEvent;
  /** The message stands for several events. */
  readonly group?: GroupView;
  /** `Date.now()` when the event came. */
  readonly acceptedAt: number;
}

/** Writes a Kubernetes event about an Alert or a Provider. */
export type Report = (about: KubeObject, event: EventInput) => void;
