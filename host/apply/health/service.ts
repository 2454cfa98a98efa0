import { stringAt } from '../../json.ts';
import type { KubeObject } from '../../kube/types.ts';
import type { Health } from '../types.ts';
import { current, inProgress } from './fields.ts';

export function serviceHealth(object: KubeObject): Health {
  const balanced = stringAt(object, 'spec', 'type') === 'LoadBalancer';
  if (balanced && !stringAt(object, 'spec', 'clusterIP')) {
    return inProgress('ClusterIP not set. Service type: LoadBalancer');
  }
  return current('Service is ready');
}
