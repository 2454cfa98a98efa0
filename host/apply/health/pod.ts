import { listAt, stringAt } from '../../json.ts';
import type { KubeObject } from '../../kube/types.ts';
import type { Health } from '../types.ts';
import { conditionOf, current, failed, inProgress } from './fields.ts';

/** How long a pod may be without a node before it counts as unschedulable, ms. */
export const scheduleWindowMs = 15_000;

export function podHealth(object: KubeObject): Health {
  const phase = stringAt(object, 'status', 'phase') ?? '';
  if (phase === 'Succeeded') return current('Pod has completed successfully');
  if (phase === 'Failed') return current('Pod has completed, but not successfully');
  if (phase === 'Running') return running(object);
  if (phase === 'Pending') return pending(object);
  if (phase === '') return inProgress('Pod phase not available');
  return { status: 'Unknown', message: `unknown phase ${phase}` };
}

function running(object: KubeObject): Health {
  if (conditionOf(object, 'Ready')?.status === 'True') return current('Pod is Ready');
  const looping = listAt(object, 'status', 'containerStatuses').flatMap((container) => {
    const reason = stringAt(container, 'state', 'waiting', 'reason');
    return reason === 'CrashLoopBackOff' ? [stringAt(container, 'name') ?? ''] : [];
  });
  if (looping.length > 0) return failed(`Containers in CrashLoop state: ${looping.join(',')}`);
  return inProgress('Pod is running but is not Ready');
}

function pending(object: KubeObject): Health {
  if (!isUnschedulable(object)) return inProgress('Pod is in the Pending phase');
  const created = Date.parse(object.metadata.creationTimestamp ?? '');
  if (Date.now() - created < scheduleWindowMs) return inProgress('Pod has not been scheduled');
  return failed('Pod could not be scheduled');
}

export function isUnschedulable(object: KubeObject): boolean {
  const scheduled = conditionOf(object, 'PodScheduled');
  return scheduled?.status === 'False' && scheduled.reason === 'Unschedulable';
}

/** Whether a pod is the reason that its controller will not get ready: not one that only waits for room or goes. */
export function isFailedPod(object: KubeObject): boolean {
  if (object.metadata.deletionTimestamp || isUnschedulable(object)) return false;
  return podHealth(object).status === 'Failed';
}
