import { defineReceiver } from '@flux-host/sdk/typescript';
import { hubPayload } from '../receiver-common/hub.ts';

export default defineReceiver({
  name: 'receiver-github',
  type: 'github',
  requests: { secretKeys: ['token'] },
  receive(webhook) {
    const payload = hubPayload(webhook);
    const event = webhook.header('x-github-event') ?? '';
    return payload === undefined ? { event } : { event, payload };
  },
});
