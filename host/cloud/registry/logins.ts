import type { Login } from '../../oci/credentials.ts';
import { gateDisabled } from '../errors.ts';
import { KeptTokens, type KeptTokensOptions } from '../kept-tokens.ts';
import { acrLogin } from './acr.ts';
import { ecrLogin } from './ecr.ts';
import type { LoginContext, LoginRequest, RegistryLogin, RegistryLogins } from './types.ts';

export interface RegistryLoginsOptions extends LoginContext, KeptTokensOptions {
  /** Gate ObjectLevelWorkloadIdentity: objects may name a ServiceAccount. */
  readonly objectLevel: boolean;
  /** Keeps a text out of all others from then on. */
  secret(value: string): void;
}

const cloudPlatform = 'https://www.googleapis.com/auth/cloud-platform';

/** Logins of clouds, kept while they are fresh, asked for once when many want the same. */
export function createRegistryLogins(options: RegistryLoginsOptions): RegistryLogins {
  const kept = new KeptTokens<Login>(options);
  return {
    async login(request) {
      if (request.account.serviceAccountName && !options.objectLevel) throw gateDisabled();
      const login = await loginFor(request);
      options.secret(login.kind === 'password' ? login.password : login.token);
      return login;
    },
  };

  async function loginFor(request: LoginRequest): Promise<Login> {
    const { provider, account } = request;
    if (provider !== 'gcp') {
      return kept.get(keyOf(request), () => ask(provider, request), account.user);
    }
    // The token is the login, and is kept where it comes from.
    const password = await options.tokens.token({ cloud: 'gcp', scope: cloudPlatform, account });
    return { kind: 'password', username: 'oauth2accesstoken', password };
  }

  async function ask(provider: 'aws' | 'azure', request: LoginRequest): Promise<RegistryLogin> {
    const { signal: _own, ...shared } = request;
    return provider === 'aws' ? ecrLogin(options, shared) : acrLogin(options, shared);
  }
}

function keyOf({ provider, repository: { registry }, account, proxy }: LoginRequest): readonly unknown[] {
  const whose = account.serviceAccountName ? `${account.namespace}/${account.serviceAccountName}` : '';
  return [provider, whose, registry, proxy?.url ?? null];
}
