import type { OCIRepository } from '@flux-host/crds/source/oci-repository.ts';

/** An OCIRepository `app`. */
export function ociRepository(
  namespace: string,
  { name = 'app', ...spec }: Partial<OCIRepository['spec']> & { url: string; name?: string },
): OCIRepository {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'OCIRepository',
    metadata: { name, namespace },
    spec: { interval: '1h', ...spec },
  };
}

/** A Secret; `type` only where it is not Opaque. */
export function secret(
  namespace: string,
  name: string,
  stringData: Readonly<Record<string, string>>,
  type?: string,
) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    stringData,
    ...(type ? { type } : {}),
  };
}

/** A pull secret. */
export function pullSecret(
  namespace: string,
  name: string,
  { registry, username, password }: { registry: string; username: string; password: string },
) {
  const config = JSON.stringify({ auths: { [registry]: { username, password } } });
  return secret(namespace, name, { '.dockerconfigjson': config }, 'kubernetes.io/dockerconfigjson');
}
