import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import type { KubeClient, NamespacedName } from '../../kube/types.ts';

/** Whom a Kustomization's objects are applied as. */
export interface Identity {
  readonly client: KubeClient;
  /** Distinguishes identities in shared caches. */
  readonly identity: string;
}

/** The account of `spec.serviceAccountName`, else the default one; the name is empty without any. */
export function accountOf(
  { spec, metadata }: Pick<Kustomization, 'spec' | 'metadata'>,
  defaultServiceAccount: string | undefined,
): NamespacedName {
  return {
    namespace: metadata.namespace ?? '',
    name: spec.serviceAccountName ?? defaultServiceAccount ?? '',
  };
}

/**
 * The host itself (in another cluster: whoever its kubeconfig says), or the account of `spec.serviceAccountName` (`--default-service-account` where an object names none) in the object's
 * own namespace.
 */
export function identityOf(
  { spec, metadata }: Kustomization,
  { client, defaultServiceAccount }: { readonly client: KubeClient; readonly defaultServiceAccount?: string },
): Identity {
  const { namespace, name } = accountOf({ spec, metadata }, defaultServiceAccount);
  if (!name) return { client, identity: '' };
  const user = `system:serviceaccount:${namespace}:${name}`;
  return { client: client.impersonate({ user }), identity: user };
}
