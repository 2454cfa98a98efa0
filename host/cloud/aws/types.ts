import type { Account } from '../types.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What temporary credentials are asked for with. */
export interface AwsRequest {
  readonly account: Account;
  readonly region: string;
  /** Another address of the token service: `spec.sts.endpoint` of a Bucket. */
  readonly stsEndpoint?: string;
  readonly proxy?: { readonly url: string; readonly username?: string; readonly password?: string };
  readonly signal?: AbortSignal;
}

/** Credentials of AWS for the workload identity of a ServiceAccount, or of the host. */
export interface AwsIdentities {
  /** @throws FluxError FLUX_E_CLOUD_… with reason AuthenticationFailed, or FeatureGateDisabled */
  credentials(request: AwsRequest): Promise<AwsCredentials>;
}
