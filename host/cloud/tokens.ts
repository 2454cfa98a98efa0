import type { KubeClient } from '../kube/types.ts';
import type { Egress } from '../sandbox/egress/egress.ts';
import { azureToken } from './azure.ts';
import { gateDisabled } from './errors.ts';
import { gcpToken } from './gcp.ts';
import { KeptTokens, type KeptTokensOptions } from './kept-tokens.ts';
import type { AccessToken, CloudTokens, TokenRequest } from './types.ts';

/** What the clouds are reached with. */
export interface CloudContext {
  readonly client: KubeClient;
  readonly egress: Egress;
  /** Azure's and Google's own variables: AZURE_CLIENT_ID, AZURE_AUTHORITY_HOST, GCE_METADATA_HOST, … */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly endpoints: { readonly googleSts: string; readonly googleIam: string };
}

export interface CloudTokensOptions extends Omit<CloudContext, 'endpoints'>, KeptTokensOptions {
  readonly endpoints?: CloudContext['endpoints'];
  /** Gate ObjectLevelWorkloadIdentity: objects may name a ServiceAccount. */
  readonly objectLevel: boolean;
  /** Keeps a token out of every text from then on. */
  secret(value: string): void;
}

const googleEndpoints = {
  googleSts: 'https://sts.googleapis.com',
  googleIam: 'https://iamcredentials.googleapis.com',
};

/** Access tokens of clouds, kept while they are fresh, asked for once when many want the same. */
export function createCloudTokens(options: CloudTokensOptions): CloudTokens {
  const context: CloudContext = { ...options, endpoints: options.endpoints ?? googleEndpoints };
  const kept = new KeptTokens<string>(options);
  return {
    async token(request) {
      const { account } = request;
      if (account.serviceAccountName && !options.objectLevel) throw gateDisabled();
      const value = await kept.get(keyOf(request), () => ask(context, request), account.user);
      options.secret(value);
      return value;
    },
  };
}

function ask(context: CloudContext, request: TokenRequest): Promise<AccessToken> {
  const { signal: _own, ...shared } = request;
  return request.cloud === 'azure' ? azureToken(context, shared) : gcpToken(context, shared);
}

function keyOf({ cloud, scope, account }: TokenRequest): string[] {
  const whose = account.serviceAccountName ? `${account.namespace}/${account.serviceAccountName}` : '';
  return [cloud, whose, scope];
}
