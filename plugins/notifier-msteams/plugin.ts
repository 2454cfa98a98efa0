import { defineNotifier } from '@flux-host/sdk/typescript';
import { httpAddress } from '../notifier-common/address.ts';
import { eventWith } from '../notifier-common/event.ts';
import { post } from '../notifier-common/http.ts';
import { adaptiveCard, messageCard } from './cards.ts';

export default defineNotifier({
  name: 'notifier-msteams',
  type: 'msteams',
  requests: { network: ['$address'] },
  async notify({ event: original, provider, message }) {
    const url = httpAddress(provider.address, 'MS Teams webhook URL');
    const event = eventWith(original, message);
    // Connectors of Office 365 know the older cards only, workflows the newer ones.
    const isConnector = url.hostname.endsWith('.webhook.office.com');
    await post(url, { json: isConnector ? messageCard(event) : adaptiveCard(event) });
    return {};
  },
});
