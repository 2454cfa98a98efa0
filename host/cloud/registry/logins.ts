import { Lru } from '../../lru.ts';
import type { Login } from '../../oci/credentials.ts';
import { gateDisabled } from '../errors.ts';
import { acrLogin } from './acr.ts';
import { ecrLogin } from './ecr.ts';
import type { LoginContext, LoginRequest, RegistryLogin, RegistryLogins } from './types.ts';

export interface RegistryLoginsOptions extends LoginContext {
  /** Gate ObjectLevelWorkloadIdentity: objects may name a ServiceAccount. */
  readonly objectLevel: boolean;
  /** `--token-cache-max-size`; 0: none are kept. */
  readonly cacheSize: number;
  /** `--token-cache-max-duration`, ms. */
  readonly cacheMs: number;
  /** Keeps a text out of all others from then on. */
  secret(value: string): void;
}

const cloudPlatform = 'https://www.googleapis.com/auth/cloud-platform';
/** Part of its life for which a login is used, as in Flux. */
const usedShare = 0.8;

/** Logins of clouds, kept while they are fresh, asked for once when many want the same. */
export function createRegistryLogins(options: RegistryLoginsOptions): RegistryLogins {
  const kept = new Lru<{ login: Login; until: number }>(options.cacheSize);
  const asked = new Map<string, Promise<RegistryLogin>>();
  return {
    async login(request) {
      if (request.account.serviceAccountName && !options.objectLevel) throw gateDisabled();
      const key = keyOf(request);
      const known = kept.get(key);
      if (known && known.until > Date.now()) return known.login;
      const running = asked.get(key) ?? ask(options, request).finally(() => asked.delete(key));
      asked.set(key, running);
      const { login, expiresAt } = await running;
      options.secret(login.kind === 'password' ? login.password : login.token);
      const left = (expiresAt - Date.now()) * usedShare;
      if (options.cacheSize > 0)
        kept.set(key, { login, until: Date.now() + Math.min(left, options.cacheMs) });
      return login;
    },
  };
}

async function ask(context: LoginContext, { signal: _own, ...shared }: LoginRequest): Promise<RegistryLogin> {
  // Shared by all who wait: one of them giving up must not end it for the others.
  if (shared.provider === 'aws') return ecrLogin(context, shared);
  if (shared.provider === 'azure') return acrLogin(context, shared);
  const token = await context.tokens.token({ cloud: 'gcp', scope: cloudPlatform, account: shared.account });
  return {
    login: { kind: 'password', username: 'oauth2accesstoken', password: token },
    // The token itself is kept where it comes from.
    expiresAt: Date.now(),
  };
}

function keyOf({ provider, repository: { registry }, account, proxy }: LoginRequest): string {
  const whose = account.serviceAccountName ? `${account.namespace}/${account.serviceAccountName}` : '';
  return JSON.stringify([provider, whose, registry, proxy?.url ?? null]);
}
