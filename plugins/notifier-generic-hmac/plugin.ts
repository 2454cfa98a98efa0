import { defineNotifier } from '@flux-host/sdk/typescript';
import { invalid } from '../notifier-common/failure.ts';
import { forward } from '../notifier-common/forward.ts';

export default defineNotifier({
  name: 'notifier-generic-hmac',
  type: 'generic-hmac',
  traits: ['commit-status-updates'],
  requests: {
    network: ['$address'],
    // The signature comes last: no header of the user takes its place.
    credentials: [
      { headers: { key: 'headers' } },
      { hmac: { header: 'X-Signature', key: 'token', algorithm: 'sha256', format: 'sha256={}' } },
    ],
  },
  async notify(call) {
    if (!call.secretEntries?.includes('token')) {
      throw invalid('HMAC key is empty', 'put it into the key token of the Secret');
    }
    return forward(call);
  },
});
