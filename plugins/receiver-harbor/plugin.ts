import { defineReceiver } from '@flux-host/sdk/typescript';
import { checkTokenHeader } from '../receiver-common/token-header.ts';

export default defineReceiver({
  name: 'receiver-harbor',
  type: 'harbor',
  requests: { secretKeys: ['token'] },
  receive(webhook) {
    checkTokenHeader(webhook, 'Authorization');
    return {};
  },
});
