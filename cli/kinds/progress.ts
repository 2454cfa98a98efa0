import { computeHealth } from '@flux-host/host/apply/health/compute.ts';
import { numberAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { conditionNamed, readyCondition } from './conditions.ts';

/** Failures that are over as soon as something else becomes ready: the object itself has nothing to fix. */
const waitsForOthers = new Set(['DependencyNotReady', 'ArtifactFailed', 'SourceNotReady']);

/** How far the reconciliation of an object's current state has come. */
export type Progress =
  | { readonly state: 'waiting' }
  | { readonly state: 'ready' }
  | { readonly state: 'failed'; readonly message: string };

/**
 * Judges the conditions of an object whose controller has seen its current generation. Flux asks kstatus, to which a failed
 * reconciliation that is retried is "in progress": its commands then wait until the timeout for what has failed already
 * (fluxcd/flux2#5692). Here a Ready condition that is False is a failure once the controller has finished its attempt.
 */
export function progressOf(object: KubeObject): Progress {
  const ready = readyCondition(object);
  const seen = numberAt(object, 'status', 'observedGeneration');
  const { generation } = object.metadata;
  const stalled = conditionNamed(object, 'Stalled');
  if (stalled?.status === 'True' && (seen === undefined || seen === generation)) {
    return { state: 'failed', message: stalled.message };
  }
  if (!ready || isOutdated(object)) return { state: 'waiting' };
  const reconciling = conditionNamed(object, 'Reconciling');
  const isAtWork = reconciling?.status === 'True' && reconciling.reason !== 'ProgressingWithRetry';
  if (ready.status === 'False' && !isAtWork && !waitsForOthers.has(ready.reason)) {
    return { state: 'failed', message: ready.message };
  }
  return computeHealth(object).status === 'Current' ? { state: 'ready' } : { state: 'waiting' };
}

/** Kinds differ in where they say which generation Ready is about. */
function isOutdated(object: KubeObject): boolean {
  const { generation } = object.metadata;
  const ofCondition = readyCondition(object)?.observedGeneration;
  if (ofCondition) return ofCondition !== generation;
  const seen = numberAt(object, 'status', 'observedGeneration');
  return seen !== undefined && seen !== generation;
}
