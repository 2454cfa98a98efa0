import { constantTimeEqual, defineReceiver, encodeHex, hmac, PluginError } from '@flux-host/sdk/typescript';
import { checkShape } from '../receiver-common/shape.ts';

export default defineReceiver({
  name: 'receiver-nexus',
  type: 'nexus',
  requests: { secretKeys: ['token'] },
  receive(webhook) {
    const signature = webhook.header('x-nexus-webhook-signature');
    if (!signature) throw new PluginError('the Nexus signature is missing from header');
    const key = webhook.secret.bytes('token') ?? new Uint8Array();
    if (!constantTimeEqual(signature, encodeHex(hmac('sha1', key, webhook.body)))) {
      throw new PluginError('invalid Nexus signature', {
        hint: 'the secret key in Nexus has to be the token in the Secret of the Receiver',
      });
    }
    checkShape(webhook.json(), { action: 'string', repositoryName: 'string' }, 'Nexus');
    return {};
  },
});
