import { createRegistryLogins } from '@flux-host/host/cloud/registry/logins.ts';
import type { LoginRequest } from '@flux-host/host/cloud/registry/types.ts';
import type { Login } from '@flux-host/host/oci/credentials.ts';
import type { Repository } from '@flux-host/host/oci/types.ts';
import { awsCredentials } from './aws.ts';
import { azureToken } from './azure.ts';
import { loginFailed } from './errors.ts';
import { googleToken } from './google.ts';
import type { CloudContext } from './types.ts';

export interface RegistryLoginRequest {
  readonly provider: LoginRequest['provider'];
  readonly repository: Repository;
  /** Without TLS the registry's own token exchange (Azure) is asked without, too. */
  readonly insecure: boolean;
}

/**
 * The login for a registry of a cloud, as whoever runs the command.
 * @throws FluxError FLUX_E_CLI_CLOUD with the cause, in Flux's words
 */
export async function registryLogin(context: CloudContext, request: RegistryLoginRequest): Promise<Login> {
  const { egress, env, proxy, signal } = context;
  const { provider, repository, insecure } = request;
  const logins = createRegistryLogins({
    egress,
    tokens: {
      token: ({ cloud, scope }) => (cloud === 'azure' ? azureToken(context, scope) : googleToken(context)),
    },
    aws: { credentials: ({ region }) => awsCredentials(context, region) },
    endpoint: (url) => serviceAt(url, { env, insecure }),
    objectLevel: false,
    cacheSize: 0,
    cacheMs: 0,
    secret: () => {},
  });
  const account = { namespace: '' };
  try {
    return await logins.login({ provider, repository, account, signal, ...(proxy ? { proxy } : {}) });
  } catch (error) {
    if (signal.aborted) throw error;
    throw loginFailed(provider, `${repository.registry}/${repository.name}`, error);
  }
}

/** AWS' services are where its clients' variables say. */
function serviceAt(url: string, { env, insecure }: { env: CloudContext['env']; insecure: boolean }): string {
  if (url.endsWith('/oauth2/exchange')) return insecure ? url.replace('https:', 'http:') : url;
  const service = url.includes('ecr-public') ? 'ECR_PUBLIC' : 'ECR';
  return env[`AWS_ENDPOINT_URL_${service}`] ?? env['AWS_ENDPOINT_URL'] ?? url;
}
