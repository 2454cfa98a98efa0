import { defineNotifier } from '@flux-host/sdk/typescript';
import { httpAddress } from '../notifier-common/address.ts';
import { basic, bearer } from '../notifier-common/credentials.ts';
import { eventWith } from '../notifier-common/event.ts';
import { post } from '../notifier-common/http.ts';
import { alertOf } from './alert.ts';

export default defineNotifier({
  name: 'notifier-alertmanager',
  type: 'alertmanager',
  // As in Flux, user name and password outweigh a token.
  requests: { network: ['$address'], credentials: [bearer('token'), basic] },
  async notify({ event, provider, message }) {
    const url = httpAddress(provider.address, 'Alertmanager URL');
    await post(url, { json: [alertOf(eventWith(event, message))] });
    return {};
  },
});
