import { badRegistry, unexpected } from '../errors.ts';
import { askTokenService } from '../request.ts';
import type { LoginContext, LoginRequest, RegistryLogin } from './types.ts';

const cloud = 'Azure';
const registryForm = /^.+\.azurecr\.(io|cn|de|us)$/;
/** The same in all of Azure's clouds. */
const scope = 'https://containerregistry.azure.net/.default';
/** Lifetime of a refresh token that does not say it itself. */
const usualLifeMs = 3 * 3_600_000;

/** A login for Azure Container Registry: the access token of Entra ID is exchanged at the registry itself for a refresh token. */
export async function acrLogin(context: LoginContext, request: LoginRequest): Promise<RegistryLogin> {
  const { registry } = request.repository;
  if (!registryForm.test(registry))
    throw badRegistry(`invalid Azure registry: '${registry}'`, '<name>.azurecr.io');
  const { account, proxy, signal } = request;
  const token = await context.tokens.token({
    cloud: 'azure',
    scope,
    account,
    ...(signal ? { signal } : {}),
  });
  const url = `https://${registry}/oauth2/exchange`;
  const form = new URLSearchParams({ grant_type: 'access_token', service: registry, access_token: token });
  const { refresh_token: refreshToken } = await askTokenService(
    context.egress,
    {
      cloud,
      url: context.endpoint?.(url) ?? url,
      body: form.toString(),
      type: 'application/x-www-form-urlencoded',
      ...(proxy ? { proxy } : {}),
    },
    signal,
  );
  if (typeof refreshToken !== 'string' || refreshToken === '')
    throw unexpected(cloud, 'there is no refresh_token in the answer');
  return {
    // What the registry takes as a user name along with a refresh token.
    value: { kind: 'password', username: '00000000-0000-0000-0000-000000000000', password: refreshToken },
    expiresAt: expiryOf(refreshToken) ?? Date.now() + usualLifeMs,
  };
}

/** When a token ends by its own word, ms since 1970. */
function expiryOf(jwt: string): number | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
    const exp = typeof claims === 'object' && claims !== null && 'exp' in claims ? Number(claims.exp) : 0;
    return exp > 0 ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
