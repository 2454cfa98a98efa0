import { defineReceiver } from '@flux-host/sdk/typescript';
import { checkTokenHeader } from '../receiver-common/token-header.ts';

export default defineReceiver({
  name: 'receiver-gitlab',
  type: 'gitlab',
  requests: { secretKeys: ['token'] },
  receive(webhook) {
    checkTokenHeader(webhook, 'X-Gitlab-Token');
    return { event: webhook.header('x-gitlab-event') ?? '' };
  },
});
