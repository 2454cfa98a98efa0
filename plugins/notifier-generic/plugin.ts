import { defineNotifier } from '@flux-host/sdk/typescript';
import { forward } from '../notifier-common/forward.ts';

export default defineNotifier({
  name: 'notifier-generic',
  type: 'generic',
  traits: ['commit-status-updates'],
  requests: { network: ['$address'], credentials: [{ headers: { key: 'headers' } }] },
  notify: forward,
});
