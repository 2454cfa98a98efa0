import { createAwsIdentities } from '../cloud/aws/identities.ts';
import type { AwsIdentities } from '../cloud/aws/types.ts';
import { createGitHubTokens, type GitHubTokens } from '../cloud/github/tokens.ts';
import { createRegistryLogins } from '../cloud/registry/logins.ts';
import type { RegistryLogins } from '../cloud/registry/types.ts';
import { createCloudTokens } from '../cloud/tokens.ts';
import type { CloudTokens } from '../cloud/types.ts';
import type { Egress } from '../sandbox/egress/egress.ts';
import type { HostOptions } from './options.ts';
import type { Platform } from './platform.ts';

/** Who the host and its objects are for others. */
export interface CloudIdentities {
  /** Access tokens of Azure and Google, by workload identity. */
  readonly tokens: CloudTokens;
  /** Credentials of AWS, by workload identity. */
  readonly aws: AwsIdentities;
  /** Logins for the registries of clouds, by workload identity. */
  readonly logins: RegistryLogins;
  /** Tokens of GitHub Apps. */
  readonly github: GitHubTokens;
}

/** What is got from clouds is kept within `--token-cache-max-size` (of each kind) and counted together. */
export function createCloudIdentities(
  options: HostOptions,
  { client, metrics, redactor }: Platform,
  egress: Egress,
): CloudIdentities {
  const common = {
    client,
    egress,
    env: process.env,
    ...options.cloud,
    cacheMetrics: metrics.tokenCache,
    secret: (value: string) => redactor.add(value),
  };
  const tokens = createCloudTokens(common);
  const aws = createAwsIdentities(common);
  return {
    tokens,
    aws,
    github: createGitHubTokens(common),
    logins: createRegistryLogins({ ...common, tokens, aws }),
  };
}
