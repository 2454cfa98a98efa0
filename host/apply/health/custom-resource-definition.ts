import type { KubeObject } from '../../kube/types.ts';
import type { Health } from '../types.ts';
import { conditionOf, current, failed, inProgress } from './fields.ts';

export function customResourceDefinitionHealth(object: KubeObject): Health {
  const names = conditionOf(object, 'NamesAccepted');
  if (names?.status === 'False') return failed(names.message);
  const established = conditionOf(object, 'Established');
  if (established?.status === 'True') return current('CRD is established');
  if (established?.status === 'False' && established.reason !== 'Installing')
    return failed(established.message);
  return inProgress('Install in progress');
}
