import { defineReceiver } from '@flux-host/sdk/typescript';
import { checkShape } from '../receiver-common/shape.ts';

export default defineReceiver({
  name: 'receiver-dockerhub',
  type: 'dockerhub',
  receive(webhook) {
    const shape = { push_data: { tag: 'string' }, repository: { repo_url: 'string' } } as const;
    checkShape(webhook.json(), shape, 'DockerHub');
    return {};
  },
});
