import { numberAt, stringAt } from '../../json.ts';
import type { KubeObject } from '../../kube/types.ts';
import type { Health } from '../types.ts';
import { current, inProgress, shortfall } from './fields.ts';

export function statefulSetHealth(object: KubeObject): Health {
  if (stringAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') {
    return current('StatefulSet is using the ondelete update strategy');
  }
  const want = numberAt(object, 'spec', 'replicas') ?? 1;
  const count = (field: string): number => numberAt(object, 'status', field) ?? 0;
  const all = count('replicas');
  const short = shortfall([
    { what: 'Replicas', have: all, want },
    { what: 'Ready', have: count('readyReplicas'), want },
  ]);
  if (short) return short;
  if (all > want) return inProgress(`Pending termination: ${all - want}`);
  const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const updated = count('updatedReplicas');
  if (partition !== undefined) {
    const partial = shortfall([{ what: 'updated', have: updated, want: want - partition }]);
    return partial ?? current(`Partition rollout complete. updated: ${updated}`);
  }
  return shortfall([{ what: 'current', have: count('currentReplicas'), want }]) ?? revision(object, all);
}

function revision(object: KubeObject, replicas: number): Health {
  const currentRevision = stringAt(object, 'status', 'currentRevision');
  if (currentRevision !== stringAt(object, 'status', 'updateRevision')) {
    return inProgress('Waiting for updated revision to match current');
  }
  return current(`All replicas scheduled as expected. Replicas: ${replicas}`);
}
