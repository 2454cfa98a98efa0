import type { ApiResource, KubeClient, KubeObject, NamespacedName } from './types.ts';

function core(kind: string, plural: string, namespaced = true): ApiResource {
  return { group: '', version: 'v1', kind, plural, namespaced };
}

/** Kinds of the core group that the host reads. */
export const secrets = core('Secret', 'secrets');
export const configMaps = core('ConfigMap', 'configmaps');
export const serviceAccounts = core('ServiceAccount', 'serviceaccounts');
export const namespaces = core('Namespace', 'namespaces', false);

/** Entries of a Secret, base64 as Kubernetes has them. */
export type SecretData = Readonly<Record<string, string>>;

/** @throws KubeError */
export async function secretData(
  client: KubeClient,
  key: NamespacedName,
  signal?: AbortSignal,
): Promise<SecretData> {
  type Secret = KubeObject & { data?: Record<string, string> };
  const { data } = await client.get<Secret>(secrets, key, signal ? { signal } : {});
  return data ?? {};
}
