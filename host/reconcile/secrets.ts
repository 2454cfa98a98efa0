import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';
import { KubeError } from '../kube/errors.ts';
import type { ApiResource, KubeClient, KubeObject, NamespacedName } from '../kube/types.ts';

const secretResource: ApiResource = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
};
const configMapResource: ApiResource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};

/** A Secret's or ConfigMap's entries as text. */
export type Data = Readonly<Record<string, string>>;

interface SecretObject extends KubeObject {
  data?: Record<string, string>;
}

/**
 * Reads a Secret. Values are decoded as UTF-8; binary entries are not what sources and variables use.
 * @throws FluxError FLUX_E_SECRET with the given reason when it is missing or not readable
 */
export async function readSecret(
  client: KubeClient,
  key: NamespacedName,
  reason: string,
  signal: AbortSignal,
): Promise<Data> {
  const secret = await read<SecretObject>(client, secretResource, { key, reason, signal });
  return Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([name, value]) => [
      name,
      Buffer.from(value, 'base64').toString('utf8'),
    ]),
  );
}

/** Like {@link readSecret} for a ConfigMap. */
export async function readConfigMap(
  client: KubeClient,
  key: NamespacedName,
  reason: string,
  signal: AbortSignal,
): Promise<Data> {
  const map = await read<SecretObject>(client, configMapResource, { key, reason, signal });
  return map.data ?? {};
}

async function read<T extends KubeObject>(
  client: KubeClient,
  resource: ApiResource,
  { key, reason, signal }: { key: NamespacedName; reason: string; signal: AbortSignal },
): Promise<T> {
  try {
    return await client.get<T>(resource, key, { signal });
  } catch (error) {
    const what = resource.kind === 'Secret' ? 'secret' : 'configmap';
    const missing = error instanceof KubeError && error.notFound;
    throw new FluxError(
      'FLUX_E_SECRET',
      `failed to get ${what} '${key.namespace}/${key.name}': ${errorText(error)}`,
      {
        reason,
        cause: error,
        ...(missing ? { hint: `create ${what} ${key.name} in namespace ${key.namespace}` } : {}),
      },
    );
  }
}
