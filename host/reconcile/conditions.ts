import type { ObjectMeta } from '../kube/types.ts';

/** A status condition as Kubernetes defines it (metav1.Condition). */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration?: number;
}

/** Anything that carries conditions. */
export interface WithConditions {
  metadata: ObjectMeta;
  status?: { conditions?: Condition[] };
}

/** What {@link setCondition} needs to know; times and generations are its own. */
export type NewCondition = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

const maxMessage = 32_768;

/**
 * Sets a condition: the transition time changes only when something else does, messages are cut to what the API allows,
 * and the list keeps Flux's order (Stalled, Reconciling, Ready, the rest by generation and name).
 */
export function setCondition(object: WithConditions, wanted: NewCondition): void {
  object.status ??= {};
  const old = getCondition(object, wanted.type);
  const message =
    wanted.message.length > maxMessage ? `${wanted.message.slice(0, maxMessage - 3)}...` : wanted.message;
  const same = old?.status === wanted.status && old.reason === wanted.reason && old.message === message;
  const condition: Condition = {
    lastTransitionTime: same ? old.lastTransitionTime : timestamp(),
    message,
    observedGeneration: object.metadata.generation ?? 0,
    reason: wanted.reason,
    status: wanted.status,
    type: wanted.type,
  };
  const others = (object.status.conditions ?? []).filter(({ type }) => type !== wanted.type);
  object.status.conditions = [...others, condition].sort(compare);
}

export function getCondition(object: WithConditions, type: string): Condition | undefined {
  return object.status?.conditions?.find((condition) => condition.type === type);
}

export function deleteCondition(object: WithConditions, type: string): void {
  if (object.status?.conditions) {
    object.status.conditions = object.status.conditions.filter((condition) => condition.type !== type);
  }
}

export function isTrue(object: WithConditions, type: string): boolean {
  return getCondition(object, type)?.status === 'True';
}

/** Ready for its current generation, as dependants and `flux get` understand it. */
export function isReady(object: WithConditions & { status?: { observedGeneration?: number } }): boolean {
  return isTrue(object, 'Ready') && object.status?.observedGeneration === object.metadata.generation;
}

/** Work is going on; being stuck and working exclude each other. */
export function markReconciling(object: WithConditions, reason: string, message: string): void {
  deleteCondition(object, 'Stalled');
  setCondition(object, { type: 'Reconciling', status: 'True', reason, message });
}

/** Nothing more happens until somebody changes the object. */
export function markStalled(object: WithConditions, reason: string, message: string): void {
  deleteCondition(object, 'Reconciling');
  setCondition(object, { type: 'Stalled', status: 'True', reason, message });
}

/** An attempt failed: stuck when only a change of the object can help, else to be tried again. */
export function markFailed(
  object: WithConditions & { status?: { observedGeneration?: number } },
  { reason, message, terminal }: { reason: string; message: string; terminal: boolean },
): void {
  if (terminal) {
    markStalled(object, reason, message);
    object.status = { ...object.status, observedGeneration: object.metadata.generation ?? 0 };
    return;
  }
  const reconciling = getCondition(object, 'Reconciling');
  if (reconciling) setCondition(object, { ...reconciling, reason: 'ProgressingWithRetry' });
}

/** RFC 3339 in seconds, as Kubernetes writes times. */
export function timestamp(at = new Date()): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

const weights: Readonly<Record<string, number>> = { Stalled: 0, Reconciling: 1, Ready: 2 };

function compare(a: Condition, b: Condition): number {
  const byWeight = (weights[a.type] ?? 3) - (weights[b.type] ?? 3);
  if (byWeight !== 0) return byWeight;
  const byGeneration = (b.observedGeneration ?? 0) - (a.observedGeneration ?? 0);
  if (byGeneration !== 0) return byGeneration;
  return a.type < b.type ? -1 : 1;
}
