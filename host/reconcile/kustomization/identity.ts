import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import type { KubeClient } from '../../kube/types.ts';

/** Whom a Kustomization's objects are applied as. */
export interface Identity {
  readonly client: KubeClient;
  /** Distinguishes identities in shared caches. */
  readonly identity: string;
}

/**
 * The host itself, or the account of `spec.serviceAccountName` (`--default-service-account` where an object names none) in the object's
 * own namespace.
 */
export function identityOf(
  { spec, metadata }: Kustomization,
  { client, defaultServiceAccount }: { readonly client: KubeClient; readonly defaultServiceAccount?: string },
): Identity {
  const name = spec.serviceAccountName ?? defaultServiceAccount;
  if (!name) return { client, identity: '' };
  const namespace = metadata.namespace ?? '';
  const user = `system:serviceaccount:${namespace}:${name}`;
  return { client: client.impersonate({ user }), identity: user };
}
