import { numberAt } from '../../json.ts';
import type { KubeObject } from '../../kube/types.ts';
import type { Health } from '../types.ts';
import { current, inProgress, shortfall } from './fields.ts';

export function daemonSetHealth(object: KubeObject): Health {
  if (numberAt(object, 'metadata', 'generation') === undefined) {
    return inProgress('DaemonSet metadata.generation not found');
  }
  if (numberAt(object, 'status', 'observedGeneration') === undefined) {
    return inProgress('DaemonSet status.observedGeneration not found');
  }
  const want = numberAt(object, 'status', 'desiredNumberScheduled');
  if (want === undefined) return inProgress('Missing .status.desiredNumberScheduled');
  const count = (field: string): number => numberAt(object, 'status', field) ?? 0;
  const short = shortfall([
    { what: 'Current', have: count('currentNumberScheduled'), want },
    { what: 'Updated', have: count('updatedNumberScheduled'), want },
    { what: 'Available', have: count('numberAvailable'), want },
    { what: 'Ready', have: count('numberReady'), want },
  ]);
  return short ?? current(`All replicas scheduled as expected. Replicas: ${want}`);
}
