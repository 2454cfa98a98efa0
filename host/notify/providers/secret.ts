import { type SecretData, secretData } from '../../kube/core.ts';
import { KubeError } from '../../kube/errors.ts';
import type { KubeClient, NamespacedName } from '../../kube/types.ts';
import { invalidProvider } from '../errors.ts';

export type { SecretData };

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
    return await secretData(client, key, signal);
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
