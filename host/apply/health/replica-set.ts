import { numberAt } from '../../json.ts';
import type { KubeObject } from '../../kube/types.ts';
import type { Health } from '../types.ts';
import { conditionOf, current, inProgress, shortfall } from './fields.ts';

export function replicaSetHealth(object: KubeObject): Health {
  if (conditionOf(object, 'ReplicaFailure')?.status === 'True') {
    return inProgress('Replica Failure condition. Check Pods');
  }
  const want = numberAt(object, 'spec', 'replicas') ?? 1;
  const count = (field: string): number => numberAt(object, 'status', field) ?? 0;
  const short = shortfall([
    { what: 'Labelled', have: count('fullyLabeledReplicas'), want },
    { what: 'Available', have: count('availableReplicas'), want },
    { what: 'Ready', have: count('readyReplicas'), want },
  ]);
  if (short) return short;
  const all = count('replicas');
  if (all > want) return inProgress(`Pending termination: ${all - want}`);
  return current(`ReplicaSet is available. Replicas: ${all}`);
}
