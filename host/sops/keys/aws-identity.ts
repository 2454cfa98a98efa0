import type { AwsIdentities } from '../../cloud/aws/types.ts';
import type { Account } from '../../cloud/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { noAwsIdentity } from '../errors.ts';
import type { Entries } from './material.ts';

const entry = 'sops.aws-kms';

/**
 * Credentials of AWS as an entry of a decryption Secret.
 * @throws FluxError FLUX_E_CLOUD_…, FLUX_E_SOPS_IDENTITY
 */
export async function awsEntries(
  identities: AwsIdentities,
  { account, region }: { account: Account; region: string },
  signal: AbortSignal,
): Promise<Entries> {
  const { accessKeyId, secretAccessKey, sessionToken } = await identities
    .credentials({ account, region, signal })
    .catch((error: unknown) => {
      throw error instanceof FluxError && noIdentity.has(error.code) ? noAwsIdentity(error.message) : error;
    });
  const map = {
    aws_access_key_id: accessKeyId,
    aws_secret_access_key: secretAccessKey,
    ...(sessionToken ? { aws_session_token: sessionToken } : {}),
  };
  return { [entry]: Buffer.from(JSON.stringify(map)).toString('base64') };
}

const noIdentity: ReadonlySet<string> = new Set(['FLUX_E_CLOUD_ACCOUNT', 'FLUX_E_CLOUD_HOST']);
