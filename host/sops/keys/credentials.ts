import type { AwsIdentities } from '../../cloud/aws/types.ts';
import type { Account } from '../../cloud/types.ts';
import { awsEntries } from './aws-identity.ts';
import { addressOfKey } from './describe.ts';
import { type UnwrapContext, userOf } from './unwrap.ts';
import { type VaultLoginOptions, vaultLogin } from './vault-login.ts';

export interface CredentialsOptions {
  readonly aws: AwsIdentities;
  /** Present with `--sops-vault-configmap`. */
  readonly vault?: VaultLoginOptions;
  /** VAULT_TOKEN of the host. */
  readonly vaultToken?: string;
}

const arn = /^arn:aws[\w-]*:kms:([a-z0-9-]+):/;

/** Credentials for key services that have none in the Secret. Azure and Google take access tokens, which the plugins' host adds. */
export function credentialsFor(
  options: CredentialsOptions,
): (account: Account) => NonNullable<UnwrapContext['credentials']> {
  return ({ user: whose, ...account }) =>
    async (key, signal) => {
      if (key.service === 'kms') {
        const user = whose && userOf(whose, key);
        const [, region] = arn.exec(String(key.entry['arn'])) ?? [];
        return region
          ? awsEntries(options.aws, { account: { ...account, ...(user ? { user } : {}) }, region }, signal)
          : undefined;
      }
      const address = key.service === 'hc_vault' ? addressOfKey(key) : undefined;
      if (!address) return undefined;
      const token = options.vault
        ? await vaultLogin(options.vault, { address, account }, signal)
        : options.vaultToken;
      return token ? { 'sops.vault-token': Buffer.from(token).toString('base64') } : undefined;
    };
}
