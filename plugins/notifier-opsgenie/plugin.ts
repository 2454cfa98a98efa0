import { defineNotifier } from '@flux-host/sdk/typescript';
import { httpAddress } from '../notifier-common/address.ts';
import { invalid } from '../notifier-common/failure.ts';
import { post } from '../notifier-common/http.ts';

export default defineNotifier({
  name: 'notifier-opsgenie',
  type: 'opsgenie',
  requests: {
    network: ['$address'],
    credentials: [{ header: { name: 'Authorization', key: 'token', format: 'GenieKey {}' } }],
  },
  async notify({ event, provider, message, secretEntries }) {
    const url = httpAddress(provider.address, 'Opsgenie hook URL');
    if (!secretEntries?.includes('token')) {
      throw invalid('empty Opsgenie apikey/token', 'put the API key into the key token of the Secret');
    }
    const { kind = '', name = '' } = event.involvedObject;
    const json = {
      message: `${kind}/${name}`,
      description: message ?? event.message,
      details: { ...event.metadata, severity: event.severity },
    };
    await post(url, { json });
    return {};
  },
});
