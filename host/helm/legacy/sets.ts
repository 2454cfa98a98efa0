import { current, inProgress } from '../../apply/health/fields.ts';
import type { Health } from '../../apply/types.ts';
import { at, numberAt, stringAt } from '../../json.ts';
import type { KubeObject } from '../../kube/types.ts';
import { scaled } from './counts.ts';
import { isObserved } from './deployment.ts';

const count = (object: KubeObject, field: string): number => numberAt(object, 'status', field) ?? 0;

export function daemonSetReady(object: KubeObject): Health {
  if (!isObserved(object)) return inProgress('DaemonSet is not observed yet');
  if (stringAt(object, 'spec', 'updateStrategy', 'type') !== 'RollingUpdate')
    return current('DaemonSet is not updated by itself');
  const desired = count(object, 'desiredNumberScheduled');
  const updated = count(object, 'updatedNumberScheduled');
  if (updated !== desired) return inProgress(`Updated: ${updated}/${desired}`);
  const unavailable = at(object, 'spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable');
  const expected = desired - scaled(unavailable, desired, Math.ceil);
  const ready = count(object, 'numberReady');
  return ready < expected ? inProgress(`Ready: ${ready}/${expected}`) : current('DaemonSet is ready');
}

export function statefulSetReady(object: KubeObject): Health {
  if (!isObserved(object)) return inProgress('StatefulSet is not observed yet');
  if (stringAt(object, 'spec', 'updateStrategy', 'type') !== 'RollingUpdate')
    return current('StatefulSet is not updated by itself');
  const replicas = numberAt(object, 'spec', 'replicas') ?? 1;
  const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  const updated = count(object, 'updatedReplicas');
  if (updated < replicas - partition) return inProgress(`Updated: ${updated}/${replicas - partition}`);
  const ready = count(object, 'readyReplicas');
  if (ready !== replicas) return inProgress(`Ready: ${ready}/${replicas}`);
  const isBehind =
    stringAt(object, 'status', 'currentRevision') !== stringAt(object, 'status', 'updateRevision');
  // With a partition some pods stay at the old revision for good.
  return partition === 0 && isBehind
    ? inProgress('Waiting for updated revision to match current')
    : current('StatefulSet is ready');
}
