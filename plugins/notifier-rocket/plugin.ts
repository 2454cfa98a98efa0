import { defineNotifier } from '@flux-host/sdk/typescript';
import { httpAddress } from '../notifier-common/address.ts';
import { eventWith } from '../notifier-common/event.ts';
import { post } from '../notifier-common/http.ts';
import { isError } from '../notifier-common/naming.ts';
import { slackPayload } from '../notifier-common/slack-payload.ts';

export default defineNotifier({
  name: 'notifier-rocket',
  type: 'rocket',
  requests: { network: ['$address'] },
  async notify({ event, provider: { address, channel, username }, message }) {
    const url = httpAddress(address, 'Rocket hook URL');
    const color = isError(event) ? '#FF0000' : '#0076D7';
    await post(url, { json: slackPayload(eventWith(event, message), { channel, username, color }) });
    return {};
  },
});
