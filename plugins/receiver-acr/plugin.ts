import { defineReceiver } from '@flux-host/sdk/typescript';
import { checkShape } from '../receiver-common/shape.ts';

export default defineReceiver({
  name: 'receiver-acr',
  type: 'acr',
  receive(webhook) {
    const shape = { action: 'string', target: { repository: 'string', tag: 'string' } } as const;
    checkShape(webhook.json(), shape, 'ACR');
    return {};
  },
});
