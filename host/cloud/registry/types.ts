import type { Login } from '../../oci/credentials.ts';
import type { RegistryAccess, Repository } from '../../oci/types.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import type { AwsIdentities } from '../aws/types.ts';
import type { Expiring } from '../kept-tokens.ts';
import type { Account, CloudTokens } from '../types.ts';

/** Whose login, for what. */
export interface LoginRequest {
  readonly provider: 'aws' | 'azure' | 'gcp';
  readonly repository: Repository;
  readonly account: Account;
  readonly proxy?: RegistryAccess['proxy'];
  readonly signal?: AbortSignal;
}

export interface LoginContext {
  readonly egress: Egress;
  readonly tokens: CloudTokens;
  readonly aws: AwsIdentities;
  /** Another address in place of that of a service of a cloud. */
  readonly endpoint?: (url: string) => string;
  readonly now?: () => number;
}

export type RegistryLogin = Expiring<Login>;

/** Logins for the registries of clouds, by workload identity. */
export interface RegistryLogins {
  /** @throws FluxError FLUX_E_CLOUD_… with reason AuthenticationFailed, or FeatureGateDisabled */
  login(request: LoginRequest): Promise<Login>;
}
