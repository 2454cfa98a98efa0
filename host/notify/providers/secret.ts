import { KubeError } from '../../kube/errors.ts';
import type { ApiResource, KubeClient, KubeObject, NamespacedName } from '../../kube/types.ts';
import { invalidProvider } from '../errors.ts';

const secrets: ApiResource = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
};

/** Entries of a Secret, base64 as Kubernetes has them. */
export type SecretData = Readonly<Record<string, string>>;

/**
 * Reads the Secret that a Provider refers to.
 * @throws FluxError FLUX_E_NOTIFY_PROVIDER when it is missing or cannot be read
 */
export async function providerSecret(
  client: KubeClient,
  key: NamespacedName,
  signal: AbortSignal,
): Promise<SecretData> {
  try {
    const secret = await client.get<KubeObject & { data?: Record<string, string> }>(secrets, key, { signal });
    return secret.data ?? {};
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    throw invalidProvider(`failed to get secret '${key.namespace}/${key.name}': ${error.message}`, {
      cause: error,
      ...(error.notFound ? { hint: `create secret ${key.name} in namespace ${key.namespace}` } : {}),
    });
  }
}

/** An entry as text; undefined when there is none. */
export function textOf(data: SecretData, key: string): string | undefined {
  const value = data[key];
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
}
