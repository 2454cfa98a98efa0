import { customResourceDefinitions } from './crds.ts';
import { deployment } from './deployment.ts';
import type { Manifest } from './manifest.ts';
import { criticalPodsQuota, namespace } from './namespace.ts';
import { networkPolicies } from './network-policies.ts';
import { complete, type InstallOptions } from './options.ts';
import { clusterRoleBindings, clusterRoles, serviceAccounts } from './rbac.ts';
import { serviceManifests } from './services.ts';

/**
 * Everything that has to be in a cluster for flux-host to run there, in an order in which it can be applied. Names,
 * labels and roles are those that `flux install` makes, so that it can take the place of a Flux that is there.
 */
export function installManifests(options: InstallOptions): Manifest[] {
  const install = complete(options);
  return [
    namespace(install),
    ...customResourceDefinitions(install),
    criticalPodsQuota(install),
    ...serviceAccounts(install),
    ...clusterRoles(install),
    ...clusterRoleBindings(install),
    ...(install.networkPolicy ? networkPolicies(install) : []),
    ...serviceManifests(install),
    deployment(install),
  ];
}
