import { kinds } from '@flux-host/crds/index.ts';
import { computeHealth } from '@flux-host/host/apply/health/compute.ts';
import type { ApiResource, KubeObject } from '@flux-host/host/kube/types.ts';
import { isSuspended } from '../../kinds/columns.ts';
import { conditionNamed, readinessOf, readyCondition, type StatusCondition } from '../../kinds/conditions.ts';
import { fluxKindOf } from '../../kinds/index.ts';
import { progressOf } from '../../kinds/progress.ts';
import type { Judgement, State } from './types.ts';

/** Whether a kind is one of Flux, or of this host. */
export function isFluxKind({ group, kind }: { group: string; kind: string }): boolean {
  return kinds.some((each) => each.group === group && each.kind === kind);
}

/** What an object says of itself: Flux's kinds by their conditions, others by the rules of health checks. */
export function judge(resource: ApiResource, object: KubeObject): Judgement {
  return isFluxKind(resource) ? fluxJudgement(object) : healthJudgement(object);
}

function fluxJudgement(object: KubeObject): Judgement {
  const suspended = isSuspended(object);
  const kind = fluxKindOf(object.kind);
  if (kind?.isStatic?.(object)) {
    return { state: 'ready', isSuspended: suspended, reason: '', message: readinessOf(kind, object).message };
  }
  const ready = readyCondition(object);
  if (!ready) return { isSuspended: suspended, ...withoutStatus(suspended) };
  const state = fluxState(object, suspended);
  const { reason, message } = telling(object, ready, state);
  return { state, isSuspended: suspended, reason, ...split(message) };
}

function withoutStatus(suspended: boolean): Omit<Judgement, 'isSuspended'> {
  const hint = suspended
    ? 'it was suspended before it was reconciled for the first time'
    : 'no controller has looked at it: is the one of its kind installed and running?';
  return { state: 'waiting', reason: '', message: 'it has no status yet', hint };
}

function fluxState(object: KubeObject, suspended: boolean): State {
  // Nobody looks at a suspended object: its generation runs ahead, and the last word counts.
  if (suspended) return readyCondition(object)?.status === 'True' ? 'ready' : 'failed';
  const { state } = progressOf(object);
  return state;
}

/** The condition that says most about the state. */
function telling(object: KubeObject, ready: StatusCondition, state: State): StatusCondition {
  const stalled = conditionNamed(object, 'Stalled');
  if (state === 'failed' && stalled?.status === 'True') return stalled;
  const reconciling = conditionNamed(object, 'Reconciling');
  const isRunning = state === 'waiting' && ready.status !== 'False';
  return isRunning && reconciling?.status === 'True' ? reconciling : ready;
}

function healthJudgement(object: KubeObject): Judgement {
  const { status, message } = computeHealth(object);
  const isGoing = object.metadata.deletionTimestamp !== undefined;
  const state: State = status === 'Current' ? 'ready' : status === 'Failed' ? 'failed' : 'waiting';
  return { state, isSuspended: false, reason: isGoing ? 'Terminating' : status, message };
}

/** Messages of coded errors end with the way out: `… (hint: …)`. */
export function split(message: string): Pick<Judgement, 'message' | 'hint'> {
  const at = message.lastIndexOf(' (hint: ');
  if (at < 0 || !message.endsWith(')')) return { message };
  return { message: message.slice(0, at), hint: message.slice(at + ' (hint: '.length, -1) };
}
