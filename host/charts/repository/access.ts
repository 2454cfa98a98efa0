import type { HelmRepository } from '@flux-host/crds/source/helm-repository.ts';
import type { PluginUse } from '../../plugins/types.ts';
import { type Data, readSecret, type SecretAccess } from '../../reconcile/secrets.ts';
import { badLogin } from '../errors.ts';
import { splitUserinfo } from './url.ts';

/** How a repository over HTTP is reached. The host adds all of it on the way out, plugins see nothing of it. */
export interface HttpAccess {
  /** Without user name and password. */
  readonly url: string;
  readonly login?: { readonly username: string; readonly password: string };
  readonly tls?: NonNullable<PluginUse['tls']>;
}

/**
 * From a HelmRepository and its Secrets to how it is reached: `certSecretRef` comes before the TLS entries that `secretRef` may have, and the Secret before what
 * the address itself has.
 * @throws FluxError with reason AuthenticationFailed
 */
export async function httpAccess(
  { spec, metadata }: Pick<HelmRepository, 'spec' | 'metadata'>,
  secrets: SecretAccess,
  signal: AbortSignal,
): Promise<HttpAccess> {
  const namespace = metadata.namespace ?? '';
  const read = (name: string) => readSecret(secrets, { namespace, name }, 'AuthenticationFailed', signal);
  const certificates = spec.certSecretRef ? await read(spec.certSecretRef.name) : undefined;
  const secret = spec.secretRef ? await read(spec.secretRef.name) : undefined;
  const { url, username, password } = splitUserinfo(spec.url);
  if (password) secrets.redactor.add(password);
  const login = (secret && loginOf(secret)) ?? (username ? { username, password } : undefined);
  const tls = certificates ? tlsOf(certificates) : secret && tlsOf(secret);
  if (certificates && !tls) throw badLogin('the Secret of certSecretRef has neither ca.crt nor tls.crt');
  return { url, ...(login ? { login } : {}), ...(tls ? { tls } : {}) };
}

/** @throws FluxError when only one of user name and password is there */
export function loginOf({ username, password }: Data): HttpAccess['login'] {
  if (!username && !password) return undefined;
  if (!username || !password) {
    const [has, lacks] = username ? ['username', 'password'] : ['password', 'username'];
    throw badLogin(`malformed basic auth - has '${has}' but missing '${lacks}'`);
  }
  return { username, password };
}

/** Current names of the entries, else Flux's old ones. */
export function tlsOf(data: Data): HttpAccess['tls'] {
  const ca = data['ca.crt'] ?? data['caFile'];
  const cert = data['tls.crt'] ?? data['certFile'];
  const key = data['tls.key'] ?? data['keyFile'];
  if (Boolean(cert) !== Boolean(key))
    throw badLogin("'tls.crt' and 'tls.key' go together: a client certificate needs both");
  if (!ca && !cert) return undefined;
  return { ...(ca ? { ca } : {}), ...(cert && key ? { cert, key } : {}) };
}
