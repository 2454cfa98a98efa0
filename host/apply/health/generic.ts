import { numberAt } from '../../json.ts';
import type { KubeObject } from '../../kube/types.ts';
import type { Health } from '../types.ts';
import { conditionOf, conditionsOf, current, failed, inProgress } from './fields.ts';

/** What deletion, generation and the standard conditions say of an object of any kind; undefined when nothing. */
export function genericHealth(object: KubeObject): Health | undefined {
  if (object.metadata.deletionTimestamp) {
    return { status: 'Terminating', message: 'Resource scheduled for deletion' };
  }
  const { generation } = object.metadata;
  const observed = numberAt(object, 'status', 'observedGeneration');
  if (generation !== undefined && observed !== undefined && observed !== generation) {
    const message = `${object.kind} generation is ${generation}, but latest observed generation is ${observed}`;
    return inProgress(message);
  }
  const decisive = conditionsOf(object).find(
    ({ type, status }) => status === 'True' && (type === 'Reconciling' || type === 'Stalled'),
  );
  if (!decisive) return undefined;
  return decisive.type === 'Stalled' ? failed(decisive.message) : inProgress(decisive.message);
}

/** The last resort for kinds without rules of their own: their Ready condition, if they have one. */
export function readyHealth(object: KubeObject): Health {
  const ready = conditionOf(object, 'Ready');
  if (ready?.status === 'True') return current('Resource is Ready');
  if (ready?.status === 'False' || ready?.status === 'Unknown') return inProgress(ready.message);
  return current('Resource is current');
}
