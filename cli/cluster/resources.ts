import type { ApiResource } from '@flux-host/host/kube/types.ts';

/** Kinds of Kubernetes itself that the commands work with. */
export const deployments = resource('apps', 'Deployment', 'deployments');
export const pods = resource('', 'Pod', 'pods');
export const secrets = resource('', 'Secret', 'secrets');
export const events = resource('', 'Event', 'events');
export const serviceAccounts = resource('', 'ServiceAccount', 'serviceaccounts');
export const roleBindings = resource('rbac.authorization.k8s.io', 'RoleBinding', 'rolebindings');
export const namespaces = resource('', 'Namespace', 'namespaces', false);
export const definitions = resource(
  'apiextensions.k8s.io',
  'CustomResourceDefinition',
  'customresourcedefinitions',
  false,
);

/** What an installation consists of besides definitions and the namespace, in the order of its removal. */
export const componentKinds: readonly ApiResource[] = [
  deployments,
  resource('', 'Service', 'services'),
  resource('networking.k8s.io', 'NetworkPolicy', 'networkpolicies'),
  resource('', 'ResourceQuota', 'resourcequotas'),
  serviceAccounts,
  resource('rbac.authorization.k8s.io', 'ClusterRole', 'clusterroles', false),
  resource('rbac.authorization.k8s.io', 'ClusterRoleBinding', 'clusterrolebindings', false),
];

/** Finds what belongs to an installation of Flux. */
export const partOfFlux = 'app.kubernetes.io/part-of=flux';

function resource(group: string, kind: string, plural: string, namespaced = true): ApiResource {
  return { group, version: 'v1', kind, plural, namespaced };
}
