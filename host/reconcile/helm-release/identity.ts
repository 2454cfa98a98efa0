import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import type { KubeClient } from '../../kube/types.ts';

/** The account that a release is made as; empty: the host itself. */
export function accountOf({ spec }: HelmRelease, defaultServiceAccount: string | undefined): string {
  return spec.serviceAccountName ?? defaultServiceAccount ?? '';
}

/** A client that acts as the account of the HelmRelease, and a name for that identity. */
export function identityOf(
  object: HelmRelease,
  { client, defaultServiceAccount }: { client: KubeClient; defaultServiceAccount?: string },
): { client: KubeClient; identity: string } {
  const name = accountOf(object, defaultServiceAccount);
  if (!name) return { client, identity: '' };
  const user = `system:serviceaccount:${object.metadata.namespace ?? ''}:${name}`;
  return { client: client.impersonate({ user }), identity: user };
}
