import type { KubeClient } from '../../kube/types.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import { gateDisabled } from '../errors.ts';
import { KeptTokens, type KeptTokensOptions } from '../kept-tokens.ts';
import { hostCredentials } from './host-credentials.ts';
import { roleOf } from './role.ts';
import { assumeRole, type Temporary } from './sts.ts';
import type { AwsCredentials, AwsIdentities, AwsRequest } from './types.ts';

export interface AwsContext {
  readonly client: KubeClient;
  readonly egress: Egress;
  /** AWS' own variables: AWS_ACCESS_KEY_ID, AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE, AWS_CONTAINER_CREDENTIALS_FULL_URI, … */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Address of the token service of a region, instead of that of AWS. */
  readonly endpoint?: (region: string) => string;
}

export interface AwsIdentitiesOptions extends AwsContext, KeptTokensOptions {
  /** Gate ObjectLevelWorkloadIdentity: objects may name a ServiceAccount. */
  readonly objectLevel: boolean;
  /** Keeps a text out of all others from then on. */
  secret(value: string): void;
}

/** Temporary credentials, kept while they are fresh and asked for once when many want the same. */
export function createAwsIdentities(options: AwsIdentitiesOptions): AwsIdentities {
  const kept = new KeptTokens<AwsCredentials>(options);
  return {
    async credentials(request) {
      const { account, region, stsEndpoint = '' } = request;
      if (account.serviceAccountName && !options.objectLevel) throw gateDisabled();
      const whose = account.serviceAccountName ? `${account.namespace}/${account.serviceAccountName}` : '';
      const key = [whose, region, stsEndpoint];
      const credentials = await kept.get(key, () => ask(options, request), account.user);
      options.secret(credentials.secretAccessKey);
      if (credentials.sessionToken) options.secret(credentials.sessionToken);
      return credentials;
    },
  };
}

async function ask(context: AwsContext, { signal: _own, ...request }: AwsRequest): Promise<Temporary> {
  const { account } = request;
  if (!account.serviceAccountName) return hostCredentials(context, request);
  const key = { namespace: account.namespace, name: account.serviceAccountName };
  return assumeRole(context, request, await roleOf(context.client, key, request.region));
}
