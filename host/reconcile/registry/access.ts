import type { RegistryLogins } from '../../cloud/registry/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { serviceAccounts } from '../../kube/core.ts';
import type { KubeObject } from '../../kube/types.ts';
import { credentialsOf } from '../../oci/credentials.ts';
import type { RegistryAccess, Repository } from '../../oci/types.ts';
import { type Data, readSecret, type SecretAccess } from '../secrets.ts';

/** The fields that say how a registry is reached; OCIRepository, ImageRepository and HelmRepository have the same. */
export interface RegistrySpec {
  readonly provider?: string;
  readonly secretRef?: { readonly name: string };
  readonly serviceAccountName?: string;
  readonly certSecretRef?: { readonly name: string };
  readonly proxySecretRef?: { readonly name: string };
  readonly insecure?: boolean;
}

/** Which part failed: kinds have different words for each. */
export type AccessPart = 'login' | 'cloud' | 'proxy' | 'tls';

export interface AccessOptions extends SecretAccess {
  /** Logs in to the registry of a cloud as a workload. */
  readonly logins: RegistryLogins;
}

/** For whom, and what a failure is called there. */
export interface AccessRequest {
  /** The object that the registry is reached for. */
  readonly user: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly spec: RegistrySpec;
  readonly repository: Repository;
  readonly signal: AbortSignal;
  /** An error of the kind, with reason AuthenticationFailed. */
  failed(part: AccessPart, why: string, cause?: unknown): FluxError;
}

const pullSecretKey = '.dockerconfigjson';

interface ServiceAccount extends KubeObject {
  imagePullSecrets?: { name: string }[];
}

/**
 * How a registry is reached: the login of the Secret, of the pull secrets of the ServiceAccount, or of the cloud that is named and no Secret is; certificates;
 * proxy. As in Flux a Secret comes before the cloud.
 * @throws FluxError made by `failed`, or of the cloud with reason FeatureGateDisabled
 */
export async function registryAccess(
  { spec, user, repository, signal, failed }: AccessRequest,
  options: AccessOptions,
): Promise<RegistryAccess> {
  const { namespace } = user;
  const reading = async <T>(part: AccessPart, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !(error instanceof FluxError) || error.terminal) throw error;
      throw failed(part, error.message, error);
    }
  };
  const read = (part: AccessPart, name: string) =>
    reading(part, () => readSecret(options, { namespace, name }, 'AuthenticationFailed', signal));
  const configOf = async (name: string) => {
    const config = (await read('login', name))[pullSecretKey];
    if (config === undefined) throw failed('login', `secret ${name} has no key ${pullSecretKey}`);
    return config;
  };
  const { serviceAccountName, provider = 'generic' } = spec;
  const names = spec.secretRef ? [spec.secretRef.name] : [];
  if (serviceAccountName && provider === 'generic') {
    names.push(
      ...(await reading('login', () =>
        pullSecrets(options, { namespace, name: serviceAccountName }, signal),
      )),
    );
  }
  const configs: string[] = [];
  for (const name of names) configs.push(await configOf(name));
  const proxy = spec.proxySecretRef
    ? proxyOf(await read('proxy', spec.proxySecretRef.name), failed)
    : undefined;
  const tls = spec.certSecretRef ? tlsOf(await read('tls', spec.certSecretRef.name), failed) : undefined;
  const login =
    configs.length === 0 && isCloud(provider)
      ? await reading('cloud', () =>
          options.logins.login({
            provider,
            repository,
            account: { namespace, user, ...(serviceAccountName ? { serviceAccountName } : {}) },
            ...(proxy ? { proxy } : {}),
            signal,
          }),
        )
      : undefined;
  return {
    ...(configs.length > 0 ? { credentials: credentialsOf(configs) } : {}),
    ...(login
      ? { credentials: ({ registry }) => (registry === repository.registry ? login : undefined) }
      : {}),
    ...(tls ? { tls } : {}),
    ...(proxy ? { proxy } : {}),
    ...(spec.insecure ? { insecure: true } : {}),
  };
}

const isCloud = (provider: string): provider is 'aws' | 'azure' | 'gcp' =>
  provider === 'aws' || provider === 'azure' || provider === 'gcp';

async function pullSecrets(
  { client }: SecretAccess,
  key: { namespace: string; name: string },
  signal: AbortSignal,
): Promise<string[]> {
  const { imagePullSecrets = [] } = await client.get<ServiceAccount>(serviceAccounts, key, { signal });
  return imagePullSecrets.map(({ name }) => name);
}

/** Current names of the keys, else Flux's old ones. */
function tlsOf(data: Data, failed: AccessRequest['failed']): NonNullable<RegistryAccess['tls']> {
  const ca = data['ca.crt'] ?? data['caFile'];
  const cert = data['tls.crt'] ?? data['certFile'];
  const key = data['tls.key'] ?? data['keyFile'];
  if (Boolean(cert) !== Boolean(key)) throw failed('tls', "'tls.crt' and 'tls.key' go together");
  if (!ca && !cert) throw failed('tls', "neither 'ca.crt' nor 'tls.crt' and 'tls.key' are in the Secret");
  return { ...(ca ? { ca } : {}), ...(cert && key ? { cert, key } : {}) };
}

function proxyOf(data: Data, failed: AccessRequest['failed']): NonNullable<RegistryAccess['proxy']> {
  const { address, username, password } = data;
  if (!address) throw failed('proxy', "'address' is required in the proxy secret");
  return { url: address, ...(username ? { username } : {}), ...(password ? { password } : {}) };
}
