import type { KubeObject } from '../kube/types.ts';

/** What a reconciler has to say about an object. */
export interface EventInput {
  /** Trace is for the object's own history: it becomes a Normal event in the cluster and is not posted to `--events-addr`. */
  readonly type: 'Normal' | 'Warning' | 'Trace';
  readonly reason: string;
  readonly message: string;
  /** E.g. `kustomize.toolkit.fluxcd.io/revision`. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** `corev1.ObjectReference`, as in events. */
export interface ObjectReference {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
  readonly apiVersion: string;
  readonly resourceVersion?: string;
}

/** An event on its way: secrets taken out, annotations complete. */
export interface RecordedEvent extends Omit<EventInput, 'annotations'> {
  readonly involvedObject: ObjectReference;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339, seconds. */
  readonly timestamp: string;
}

export interface EventRecorder {
  /** Takes an event and returns at once; delivery happens in the background, in order for each object. */
  event(object: KubeObject, event: EventInput): void;
  /** Waits until everything is delivered or given up, at most for the time given (default 5 s). For the end of the process. */
  flush(timeoutMs?: number): Promise<void>;
}
