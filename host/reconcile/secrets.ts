import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';
import { configMaps, secrets } from '../kube/core.ts';
import { KubeError } from '../kube/errors.ts';
import type { ApiResource, KubeClient, KubeObject, NamespacedName } from '../kube/types.ts';
import type { Redactor } from '../observability/redact.ts';

/** A Secret's or ConfigMap's entries as text. */
export type Data = Readonly<Record<string, string>>;

/** Entries that are no secrets: masking them would only make messages unreadable. */
const publicKeys = new Set([
  'username',
  'known_hosts',
  'identity.pub',
  'ca.crt',
  'caFile',
  'tls.crt',
  'certFile',
  'address',
]);

/** Where Secrets come from, and who has to keep them out of every text from then on. */
export interface SecretReader {
  readonly client: Pick<KubeClient, 'get'>;
  readonly redactor: Redactor;
}

/** A {@link SecretReader} of somebody who does more with the client than reading. */
export interface SecretAccess extends SecretReader {
  readonly client: KubeClient;
}

interface SecretObject extends KubeObject {
  data?: Record<string, string>;
}

/**
 * Reads a Secret as it is, for a plugin that is granted parts of it: values are base64.
 * @throws FluxError FLUX_E_SECRET with the given reason when it is missing or not readable
 */
export async function readRawSecret(
  { client, redactor }: SecretReader,
  key: NamespacedName,
  reason: string,
  signal: AbortSignal,
): Promise<Data> {
  const { data = {} } = await read<SecretObject>(client, secrets, { key, reason, signal });
  for (const [name, value] of Object.entries(data)) if (!publicKeys.has(name)) redactor.add(decoded(value));
  return data;
}

/**
 * Reads a Secret. Values are decoded as UTF-8; binary entries are not what sources and variables use.
 * @throws FluxError FLUX_E_SECRET with the given reason when it is missing or not readable
 */
export async function readSecret(
  access: SecretReader,
  key: NamespacedName,
  reason: string,
  signal: AbortSignal,
): Promise<Data> {
  const data = await readRawSecret(access, key, reason, signal);
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, decoded(value)]));
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

/** Like {@link readSecret} for a ConfigMap. */
export async function readConfigMap(
  { client }: SecretReader,
  key: NamespacedName,
  reason: string,
  signal: AbortSignal,
): Promise<Data> {
  const map = await read<SecretObject>(client, configMaps, { key, reason, signal });
  return map.data ?? {};
}

async function read<T extends KubeObject>(
  client: Pick<KubeClient, 'get'>,
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
      `failed to get ${what} '${key.namespace}/${key.name}': ${reasonOf(error)}`,
      {
        reason,
        cause: error,
        ...(missing ? { hint: `create ${what} ${key.name} in namespace ${key.namespace}` } : {}),
      },
    );
  }
}

/** The API server's own words, as in Flux; what it could not be asked is told by whoever asked. */
function reasonOf(error: unknown): string {
  return error instanceof KubeError && !error.unreachable ? error.statusMessage : errorText(error);
}
