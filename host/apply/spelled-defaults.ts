import { isRecord, type Json, listAt, recordAt } from '../json.ts';
import type { KubeObject } from '../kube/types.ts';

/**
 * Spells out defaults that the API server would fill in where a field is owned as a whole, so that the live object can be
 * compared with the desired one. Changes the object; the result of applying it is the same.
 */
export function spellOutDefaults(object: KubeObject): void {
  if (object.kind === 'Service') forEach(object, ['spec', 'ports'], targetPort);
  if (object.kind === 'NetworkPolicy') networkPolicy(object);
  const pod = podOf(object);
  for (const list of ['containers', 'initContainers']) {
    forEach(pod, ['spec', list], (container) => forEach(container, ['env'], fieldReference));
  }
}

/** Kinds whose ports Flux gives a protocol. */
const withPods = new Set([
  'v1/Pod',
  'apps/v1/Deployment',
  'apps/v1/StatefulSet',
  'apps/v1/DaemonSet',
  'apps/v1/ReplicaSet',
  'batch/v1/Job',
  'batch/v1/CronJob',
]);

/** Spells out the protocol where it is part of a port's key, of Services and of containers (not of those that initialise). Changes the object. */
export function spellOutProtocols(object: KubeObject): void {
  const kind = `${object.apiVersion}/${object.kind}`;
  if (kind === 'v1/Service') forEach(object, ['spec', 'ports'], protocol);
  if (!withPods.has(kind)) return;
  forEach(podOf(object), ['spec', 'containers'], (container) => forEach(container, ['ports'], protocol));
}

function podOf(object: KubeObject): unknown {
  return (
    recordAt(object, 'spec', 'jobTemplate', 'spec', 'template') ??
    recordAt(object, 'spec', 'template') ??
    object
  );
}

function protocol(port: Json): void {
  port['protocol'] ??= 'TCP';
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
    forEach(policy, ['spec', direction], (rule) => forEach(rule, ['ports'], protocol));
  }
}
