import { defineReceiver } from '@flux-host/sdk/typescript';

export default defineReceiver({
  name: 'receiver-generic',
  type: 'generic',
  receive: () => ({}),
});
