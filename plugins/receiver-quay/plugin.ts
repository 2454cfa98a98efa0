import { defineReceiver } from '@flux-host/sdk/typescript';
import { checkShape } from '../receiver-common/shape.ts';

export default defineReceiver({
  name: 'receiver-quay',
  type: 'quay',
  receive(webhook) {
    checkShape(webhook.json(), { docker_url: 'string', updated_tags: ['string'] }, 'Quay');
    return {};
  },
});
