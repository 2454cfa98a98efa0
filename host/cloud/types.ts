/** Clouds that give access tokens to the identity of a workload. */
export type Cloud = 'azure' | 'gcp';

/** Whose identity. Without a name that of the host itself. */
export interface Account {
  readonly namespace: string;
  readonly serviceAccountName?: string;
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

export interface AccessToken {
  readonly value: string;
  /** ms since 1970 */
  readonly expiresAt: number;
}

/** Access tokens by workload identity: nothing secret is stored in the cluster. */
export interface CloudTokens {
  /** @throws FluxError FLUX_E_CLOUD_… with reason AuthenticationFailed, or FeatureGateDisabled */
  token(request: TokenRequest): Promise<string>;
}
