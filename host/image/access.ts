import type { ImageRepository } from '@flux-host/crds/image/image-repository.ts';
import { FluxError } from '../errors/flux-error.ts';
import { serviceAccounts } from '../kube/core.ts';
import type { KubeObject } from '../kube/types.ts';
import { credentialsOf } from '../oci/credentials.ts';
import type { RegistryAccess } from '../oci/types.ts';
import { type Data, readSecret, type SecretAccess } from '../reconcile/secrets.ts';
import { noLogin } from './errors.ts';

const pullSecretKey = '.dockerconfigjson';

interface ServiceAccount extends KubeObject {
  imagePullSecrets?: { name: string }[];
}

/**
 * How an image's registry is reached: the login of the Secret, or of the pull secrets of the ServiceAccount; certificates; proxy.
 * @throws FluxError with reason AuthenticationFailed
 */
export async function accessTo(
  { spec, metadata }: ImageRepository,
  access: SecretAccess,
  signal: AbortSignal,
): Promise<RegistryAccess> {
  const { provider = 'generic' } = spec;
  if (provider !== 'generic') throw noLogin(`provider '${provider}' is not available in this version`);
  const namespace = metadata.namespace ?? '';
  const read = (name: string) => readSecret(access, { namespace, name }, 'AuthenticationFailed', signal);
  const configs: string[] = [];
  if (spec.secretRef) configs.push(pullConfig(await read(spec.secretRef.name), spec.secretRef.name));
  if (spec.serviceAccountName) {
    const key = { namespace, name: spec.serviceAccountName };
    const account = await serviceAccount(access, key, signal);
    for (const { name } of account.imagePullSecrets ?? []) configs.push(pullConfig(await read(name), name));
  }
  const tls = spec.certSecretRef ? tlsOf(await read(spec.certSecretRef.name)) : undefined;
  const proxy = spec.proxySecretRef ? proxyOf(await read(spec.proxySecretRef.name)) : undefined;
  return {
    ...(configs.length > 0 ? { credentials: credentialsOf(configs) } : {}),
    ...(tls ? { tls } : {}),
    ...(proxy ? { proxy } : {}),
    ...(spec.insecure ? { insecure: true } : {}),
  };
}

async function serviceAccount(
  { client }: SecretAccess,
  key: { namespace: string; name: string },
  signal: AbortSignal,
): Promise<ServiceAccount> {
  try {
    return await client.get<ServiceAccount>(serviceAccounts, key, { signal });
  } catch (error) {
    throw error instanceof FluxError ? noLogin(error.message) : error;
  }
}

function pullConfig(data: Data, name: string): string {
  const config = data[pullSecretKey];
  if (config === undefined) throw noLogin(`secret ${name} has no key ${pullSecretKey}`);
  return config;
}

/** Current names of the keys, else Flux's old ones. */
function tlsOf(data: Data): NonNullable<RegistryAccess['tls']> {
  const ca = data['ca.crt'] ?? data['caFile'];
  const cert = data['tls.crt'] ?? data['certFile'];
  const key = data['tls.key'] ?? data['keyFile'];
  if (Boolean(cert) !== Boolean(key)) throw noLogin("'tls.crt' and 'tls.key' go together");
  return { ...(ca ? { ca } : {}), ...(cert && key ? { cert, key } : {}) };
}

function proxyOf(data: Data): NonNullable<RegistryAccess['proxy']> {
  const { address, username, password } = data;
  if (!address) throw noLogin("'address' is required in the proxy secret");
  return { url: address, ...(username ? { username } : {}), ...(password ? { password } : {}) };
}
