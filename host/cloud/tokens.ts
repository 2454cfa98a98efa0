import type { KubeClient } from '../kube/types.ts';
import { Lru } from '../lru.ts';
import type { Egress } from '../sandbox/egress/egress.ts';
import { azureToken } from './azure.ts';
import { gateDisabled } from './errors.ts';
import { gcpToken } from './gcp.ts';
import type { AccessToken, CloudTokens, TokenRequest } from './types.ts';

/** What the clouds are reached with. */
export interface CloudContext {
  readonly client: KubeClient;
  readonly egress: Egress;
  /** Azure's and Google's own variables: AZURE_CLIENT_ID, AZURE_AUTHORITY_HOST, GCE_METADATA_HOST, … */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly endpoints: { readonly googleSts: string; readonly googleIam: string };
}

export interface CloudTokensOptions extends Omit<CloudContext, 'endpoints'> {
  readonly endpoints?: CloudContext['endpoints'];
  /** Gate ObjectLevelWorkloadIdentity: objects may name a ServiceAccount. */
  readonly objectLevel: boolean;
  /** `--token-cache-max-size`; 0: none are kept. */
  readonly cacheSize: number;
  /** `--token-cache-max-duration`, ms. */
  readonly cacheMs: number;
  /** Keeps a token out of every text from then on. */
  secret(value: string): void;
}

const googleEndpoints = {
  googleSts: 'https://sts.googleapis.com',
  googleIam: 'https://iamcredentials.googleapis.com',
};

/** Part of its life for which a token is used, as in Flux. */
const usedShare = 0.8;

/** Access tokens of clouds, kept while they are fresh, asked for once when many want the same. */
export function createCloudTokens(options: CloudTokensOptions): CloudTokens {
  const context: CloudContext = { ...options, endpoints: options.endpoints ?? googleEndpoints };
  const kept = new Lru<{ value: string; until: number }>(options.cacheSize);
  const asked = new Map<string, Promise<AccessToken>>();
  return {
    async token(request) {
      const { account } = request;
      if (account.serviceAccountName && !options.objectLevel) throw gateDisabled();
      const key = keyOf(request);
      const known = kept.get(key);
      if (known && known.until > Date.now()) return known.value;
      const running = asked.get(key) ?? ask(context, request).finally(() => asked.delete(key));
      asked.set(key, running);
      const { value, expiresAt } = await running;
      options.secret(value);
      const left = (expiresAt - Date.now()) * usedShare;
      if (options.cacheSize > 0)
        kept.set(key, { value, until: Date.now() + Math.min(left, options.cacheMs) });
      return value;
    },
  };
}

function ask(context: CloudContext, request: TokenRequest): Promise<AccessToken> {
  // Shared by all who wait: one of them giving up must not end it for the others.
  const { signal: _own, ...shared } = request;
  return request.cloud === 'azure' ? azureToken(context, shared) : gcpToken(context, shared);
}

function keyOf({ cloud, scope, account }: TokenRequest): string {
  const whose = account.serviceAccountName ? `${account.namespace}/${account.serviceAccountName}` : '';
  return JSON.stringify([cloud, whose, scope]);
}
