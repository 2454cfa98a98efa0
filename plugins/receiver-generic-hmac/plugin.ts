import { defineReceiver } from '@flux-host/sdk/typescript';
import { checkSignature } from '../receiver-common/signature.ts';

const header = 'X-Signature';

export default defineReceiver({
  name: 'receiver-generic-hmac',
  type: 'generic-hmac',
  requests: { secretKeys: ['token'] },
  receive(webhook) {
    const key = webhook.secret.bytes('token') ?? new Uint8Array();
    checkSignature(webhook.header(header), { body: webhook.body, key, header });
    return {};
  },
});
