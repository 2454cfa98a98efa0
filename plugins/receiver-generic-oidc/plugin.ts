import type { ReceiveResponse } from '@flux-host/sdk/contract/receiver.ts';
import { defineReceiver, PluginError } from '@flux-host/sdk/typescript';
import { bearerToken, issuerOf } from '../receiver-common/bearer.ts';

const defaultAudience = 'notification-controller';

export default defineReceiver({
  name: 'receiver-generic-oidc',
  type: 'generic-oidc',
  receive(webhook): ReceiveResponse {
    if (webhook.claims) return {};
    const token = bearerToken(webhook);
    const issuer = issuerOf(token);
    const provider = webhook.receiver.oidcProviders?.find(({ issuerURL }) => issuerURL === issuer);
    if (!provider) {
      throw new PluginError(`no oidcProvider configured for issuer "${issuer}"`, {
        hint: 'spec.oidcProviders lists the issuers that are trusted',
      });
    }
    return { verify: { token, issuers: [issuer], audiences: [provider.audience ?? defaultAudience] } };
  },
});
