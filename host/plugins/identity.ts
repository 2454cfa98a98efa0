import type { Identity } from '@flux-host/sdk/contract/credential.ts';
import type { Account } from '../cloud/types.ts';
import { noIdentity } from './errors.ts';
import type { PluginUse } from './types.ts';

/**
 * Gives an access token of a cloud.
 * @param account the ServiceAccount whose identity it is; without a name the host's own
 * @throws FluxError when the cloud refuses
 */
export type IdentityToken = (identity: Identity, account: Account, signal?: AbortSignal) => Promise<string>;

/** Tokens for calls. */
export interface Identities {
  /**
   * The token for a call that is granted one. An object with a Secret and without an account uses the Secret.
   * @throws FluxError FLUX_E_PLUGIN_IDENTITY when an account is named and there are no tokens in this host
   */
  token(plugin: string, granted: Identity | undefined, use: PluginUse): Promise<string | undefined>;
}

export function createIdentities(identityToken: IdentityToken | undefined): Identities {
  return {
    async token(plugin, granted, { namespace, serviceAccountName, secret, signal, user }) {
      if (!granted || (!serviceAccountName && secret)) return undefined;
      if (identityToken) {
        const account = {
          namespace,
          ...(serviceAccountName ? { serviceAccountName } : {}),
          ...(user ? { user } : {}),
        };
        return identityToken(granted, account, signal);
      }
      if (serviceAccountName) throw noIdentity(plugin, granted.cloud);
      return undefined;
    },
  };
}
