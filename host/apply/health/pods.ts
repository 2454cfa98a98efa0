import { listAt, recordAt, stringAt } from '../../json.ts';
import type { ApiResource, KubeObject } from '../../kube/types.ts';
import type { Health } from '../types.ts';
import { failed } from './fields.ts';
import { isFailedPod } from './pod.ts';

export const podResource: ApiResource = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  namespaced: true,
};

/** Kinds whose own status does not tell when their pods fail for good. */
export function isPodController({ apiVersion, kind }: { apiVersion: string; kind: string }): boolean {
  return apiVersion === 'apps/v1' && (kind === 'StatefulSet' || kind === 'ReplicaSet');
}

/** The label selector of a controller's pods, in the form of a query; undefined when it selects nothing. */
export function podSelector(object: KubeObject): string | undefined {
  const labels = Object.entries(recordAt(object, 'spec', 'selector', 'matchLabels') ?? {});
  const terms = labels.map(([key, value]) => `${key}=${String(value)}`);
  for (const expression of listAt(object, 'spec', 'selector', 'matchExpressions')) {
    const key = stringAt(expression, 'key') ?? '';
    const values = listAt(expression, 'values').join(',');
    const operator = stringAt(expression, 'operator');
    if (operator === 'Exists') terms.push(key);
    else if (operator === 'DoesNotExist') terms.push(`!${key}`);
    else terms.push(`${key} ${operator === 'NotIn' ? 'notin' : 'in'} (${values})`);
  }
  return terms.length > 0 ? terms.join(',') : undefined;
}

/** That pods of a controller have failed, if so. */
export function podFailure(pods: readonly KubeObject[]): Health | undefined {
  const count = pods.filter(isFailedPod).length;
  return count > 0 ? failed(`${count} pods have failed`) : undefined;
}
