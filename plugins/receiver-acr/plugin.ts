import { defineReceiver } from '@flux-host/sdk/typescript/index.ts';
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
