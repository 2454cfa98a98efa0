import type { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import { codeCommitPassword, codeCommitRegion } from '../../cloud/aws/code-commit.ts';
import type { AwsIdentities } from '../../cloud/aws/types.ts';
import type { GitHubTokens } from '../../cloud/github/tokens.ts';
import type { CloudTokens } from '../../cloud/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import type { Data } from '../secrets.ts';
import { parseGitUrl, proxyOf, tlsOf } from './connection.ts';

/** Who gives credentials for the providers of `spec.provider`. */
export interface GitIdentities {
  readonly tokens: CloudTokens;
  readonly aws: AwsIdentities;
  readonly github: GitHubTokens;
}

/** Application ID of Azure DevOps at Microsoft Entra ID. */
const devOpsScope = '499b84ac-1321-427f-aa17-267ca6975798/.default';

/**
 * What proves to the server who asks: the referenced Secret, or credentials that the provider gives for it or for a workload identity.
 * @throws FluxError with reason AuthenticationFailed, InvalidProviderConfiguration or FeatureGateDisabled, in Flux's words
 */
export async function authOf(
  identities: GitIdentities,
  object: GitRepository,
  { secret, proxy, signal }: { secret: Data | undefined; proxy: Data | undefined; signal: AbortSignal },
): Promise<Data | undefined> {
  const { spec, metadata } = object;
  const { provider = 'generic', serviceAccountName } = spec;
  const user = { kind: 'GitRepository', namespace: metadata.namespace ?? '', name: metadata.name };
  const account = {
    namespace: user.namespace,
    user,
    ...(serviceAccountName ? { serviceAccountName } : {}),
  };
  const via = { ...(proxy ? { proxy: proxyOf(proxy) } : {}), signal };
  if (provider === 'generic') {
    if (secret?.['githubAppID']) throw providerNotSet(`${account.namespace}/${spec.secretRef?.name ?? ''}`);
    return secret;
  }
  if (provider === 'github') {
    if (!secret?.['githubAppID']) throw appMissing(!spec.secretRef);
    const tls = tlsOf(secret);
    const token = () => identities.github.token(secret, { ...via, user, ...(tls ? { tls } : {}) });
    return { ...secret, username: 'x-access-token', password: await configured(token) };
  }
  if (provider === 'azure') {
    const token = () => identities.tokens.token({ cloud: 'azure', scope: devOpsScope, account, ...via });
    return { ...secret, bearerToken: await configured(token) };
  }
  return configured(async () => {
    const url = parseGitUrl(spec.url);
    const credentials = await identities.aws.credentials({ account, region: codeCommitRegion(url), ...via });
    return { ...secret, ...codeCommitPassword(url, credentials, Date.now()) };
  });
}

/** Words a failure as Flux does; a gate that is off has words of its own. */
async function configured<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FluxError) || error.reason === 'FeatureGateDisabled') throw error;
    throw new FluxError(error.code, `failed to configure authentication options: ${error.message}`, {
      reason: 'AuthenticationFailed',
      cause: error,
      ...(error.hint ? { hint: error.hint } : {}),
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    });
  }
}

const reason = 'InvalidProviderConfiguration';

const appMissing = (terminal: boolean) =>
  new FluxError(
    'FLUX_E_GIT_PROVIDER',
    'secretRef with github app data must be specified when provider is set to github',
    { reason, terminal, hint: 'flux create secret githubapp makes such a Secret' },
  );

const providerNotSet = (secret: string) =>
  new FluxError(
    'FLUX_E_GIT_PROVIDER',
    `secretRef '${secret}' has github app data but provider is not set to github`,
    { reason, hint: 'set spec.provider to github' },
  );
