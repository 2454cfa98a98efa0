import { defineNotifier } from '@flux-host/sdk/typescript';
import { httpAddress } from '../notifier-common/address.ts';
import { eventWith } from '../notifier-common/event.ts';
import { post } from '../notifier-common/http.ts';
import { card } from './card.ts';

export default defineNotifier({
  name: 'notifier-googlechat',
  type: 'googlechat',
  requests: { network: ['$address'] },
  async notify({ event, provider, message }) {
    const url = httpAddress(provider.address, 'Google Chat hook URL');
    await post(url, { json: { cards: [card(eventWith(event, message))] } });
    return {};
  },
});
