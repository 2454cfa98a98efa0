import { defineReceiver } from '@flux-host/sdk/typescript/index.ts';

export default defineReceiver({
  name: 'receiver-generic',
  type: 'generic',
  receive: () => ({}),
});
