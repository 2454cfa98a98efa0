import type { Component } from './components.ts';
import { appName, labels } from './labels.ts';
import type { Manifest } from './manifest.ts';
import type { Install } from './options.ts';

const fluxGroups = [
  'source.toolkit.fluxcd.io',
  'source.extensions.fluxcd.io',
  'kustomize.toolkit.fluxcd.io',
  'helm.toolkit.fluxcd.io',
  'notification.toolkit.fluxcd.io',
  'image.toolkit.fluxcd.io',
];
const pluginGroup = 'plugin.extensions.fluxcd.io';

const read = ['get', 'list', 'watch'];
const write = ['create', 'update', 'patch', 'delete'];
const edit = ['create', 'delete', 'deletecollection', 'patch', 'update'];

/** Components that apply what users write, and so need every right there is. */
const appliers: readonly Component[] = ['kustomize-controller', 'helm-controller'];

/**
 * The account that the process runs as, and those that it has in Flux: users name them, for instance as
 * `serviceAccountName: kustomize-controller` of the Kustomization that manages Flux itself.
 */
function accountNames(install: Install): string[] {
  return [appName, ...install.components];
}

export function serviceAccounts(install: Install): Manifest[] {
  return accountNames(install).map((name) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: install.namespace, labels: labels(install, name) },
  }));
}

function clusterRole(
  install: Install,
  name: string,
  role: { readonly rules: readonly object[]; readonly aggregateTo?: readonly string[] },
): Manifest {
  const aggregation = (role.aggregateTo ?? []).map((to) => [
    `rbac.authorization.k8s.io/aggregate-to-${to}`,
    'true',
  ]);
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: {
      name: `${name}-${install.namespace}`,
      labels: { ...labels(install), ...Object.fromEntries(aggregation) },
    },
    rules: role.rules,
  };
}

export function clusterRoles(install: Install): Manifest[] {
  const all = (apiGroups: string[], verbs: string[]) => ({ apiGroups, resources: ['*'], verbs });
  return [
    clusterRole(install, 'crd-controller', {
      rules: [
        all([...fluxGroups, pluginGroup], ['*']),
        {
          apiGroups: [''],
          resources: ['namespaces', 'secrets', 'configmaps', 'serviceaccounts'],
          verbs: read,
        },
        { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
        { apiGroups: [''], resources: ['configmaps'], verbs: [...read, ...write] },
        { apiGroups: [''], resources: ['configmaps/status'], verbs: ['get', 'update', 'patch'] },
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: [...read, ...write] },
        { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
        { nonResourceURLs: ['/livez/ping'], verbs: ['head'] },
      ],
    }),
    clusterRole(install, 'flux-view', {
      aggregateTo: ['admin', 'edit', 'view'],
      rules: [all(fluxGroups, read)],
    }),
    clusterRole(install, 'flux-edit', {
      aggregateTo: ['admin', 'edit'],
      rules: [all(fluxGroups, edit), { apiGroups: [pluginGroup], resources: ['pluginsources'], verbs: edit }],
    }),
    // Whoever may write a Plugin decides what code may do: that is left to cluster administrators.
    clusterRole(install, 'flux-plugin-view', {
      aggregateTo: ['admin', 'edit', 'view'],
      rules: [all([pluginGroup], read)],
    }),
  ];
}

export function clusterRoleBindings(install: Install): Manifest[] {
  const applying = appliers.filter((component) => install.components.has(component));
  return [
    bind(install, 'crd-controller', {
      role: `crd-controller-${install.namespace}`,
      accounts: accountNames(install),
    }),
    ...(applying.length > 0
      ? [bind(install, 'cluster-reconciler', { role: 'cluster-admin', accounts: [appName, ...applying] })]
      : []),
  ];
}

function bind(
  install: Install,
  name: string,
  { role, accounts }: { readonly role: string; readonly accounts: readonly string[] },
): Manifest {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: `${name}-${install.namespace}`, labels: labels(install) },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: accounts.map((account) => ({
      kind: 'ServiceAccount',
      name: account,
      namespace: install.namespace,
    })),
  };
}
