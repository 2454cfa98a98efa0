import { isRecord, type Json, listAt, recordAt } from '../json.ts';
import type { KubeObject } from '../kube/types.ts';

/**
 * Spells out defaults that the API server would fill in where a field is owned as a whole, so that the live object can be
 * compared with the desired one. Changes the object; the result of applying it is the same.
 */
export function spellOutDefaults(object: KubeObject): void {
  if (object.kind === 'Service') forEach(object, ['spec', 'ports'], targetPort);
  if (object.kind === 'NetworkPolicy') networkPolicy(object);
  const pod =
    recordAt(object, 'spec', 'jobTemplate', 'spec', 'template') ??
    recordAt(object, 'spec', 'template') ??
    object;
  for (const list of ['containers', 'initContainers']) {
    forEach(pod, ['spec', list], (container) => forEach(container, ['env'], fieldReference));
  }
}

function forEach(object: unknown, path: readonly string[], change: (item: Json) => void): void {
  for (const item of listAt(object, ...path)) if (isRecord(item)) change(item);
}

function targetPort(port: Json): void {
  if (port['targetPort'] === 0 || port['targetPort'] === '') port['targetPort'] = port['port'];
}

function fieldReference(variable: Json): void {
  const reference = recordAt(variable, 'valueFrom', 'fieldRef');
  if (reference) reference['apiVersion'] ??= 'v1';
}

function networkPolicy(policy: KubeObject): void {
  for (const direction of ['ingress', 'egress']) {
    forEach(policy, ['spec', direction], (rule) =>
      forEach(rule, ['ports'], (port) => {
        port['protocol'] ??= 'TCP';
      }),
    );
  }
}
