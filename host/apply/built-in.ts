import { parseApiVersion } from '../kube/object.ts';

/** Groups whose Go types come with Kubernetes' client, apart from those that end in `.k8s.io`. */
const groups = new Set(['', 'apps', 'autoscaling', 'batch', 'policy']);
const k8sGroups = new Set(
  [
    'admissionregistration',
    'authentication',
    'authorization',
    'certificates',
    'coordination',
    'discovery',
    'events',
    'flowcontrol.apiserver',
    'internal.apiserver',
    'networking',
    'node',
    'rbac.authorization',
    'resource',
    'scheduling',
    'storage',
    'storagemigration',
  ].map((name) => `${name}.k8s.io`),
);

/** Whether the kind is one of Kubernetes' own, which Flux passes through their Go types before it applies them. */
export function isBuiltIn(object: { apiVersion: string }): boolean {
  const { group } = parseApiVersion(object.apiVersion);
  return groups.has(group) || k8sGroups.has(group);
}
