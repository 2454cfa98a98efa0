import { defineReceiver } from '@flux-host/sdk/typescript';
import { hubPayload } from '../receiver-common/hub.ts';

export default defineReceiver({
  name: 'receiver-bitbucket',
  type: 'bitbucket',
  requests: { secretKeys: ['token'] },
  receive(webhook) {
    const payload = hubPayload(webhook);
    const event = webhook.header('x-event-key') ?? '';
    return payload === undefined ? { event } : { event, payload };
  },
});
