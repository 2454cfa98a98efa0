import type { CacheUser } from '../observability/cache-metrics.ts';
import type { Expiring } from './kept-tokens.ts';

/** Clouds that give access tokens to the identity of a workload. */
export type Cloud = 'azure' | 'gcp';

/** Whose identity. Without a name that of the host itself. */
export interface Account {
  readonly namespace: string;
  readonly serviceAccountName?: string;
  /** The object that it is for, in metrics. */
  readonly user?: CacheUser;
}

export interface TokenRequest {
  readonly cloud: Cloud;
  /** OAuth scope, e.g. `https://www.googleapis.com/auth/pubsub`; several with a space between. */
  readonly scope: string;
  readonly account: Account;
  /** On the way to the token service. */
  readonly proxy?: { readonly url: string; readonly username?: string; readonly password?: string };
  readonly signal?: AbortSignal;
}

export type AccessToken = Expiring<string>;

/** Access tokens by workload identity: nothing secret is stored in the cluster. */
export interface CloudTokens {
  /** @throws FluxError FLUX_E_CLOUD_… with reason AuthenticationFailed, or FeatureGateDisabled */
  token(request: TokenRequest): Promise<string>;
}
