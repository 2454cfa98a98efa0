import { defineNotifier } from '@flux-host/sdk/typescript';
import { httpAddress } from '../notifier-common/address.ts';
import { eventWith } from '../notifier-common/event.ts';
import { post } from '../notifier-common/http.ts';
import { isError } from '../notifier-common/naming.ts';
import { slackPayload } from '../notifier-common/slack-payload.ts';

export default defineNotifier({
  name: 'notifier-discord',
  type: 'discord',
  requests: { network: ['$address'] },
  async notify({ event: original, provider, message }) {
    const url = httpAddress(provider.address, 'Discord hook URL');
    // There Discord understands the form of Slack.
    if (!provider.address?.endsWith('/slack')) url.pathname = `${url.pathname.replace(/\/+$/, '')}/slack`;
    const event = eventWith(original, message);
    const json = slackPayload(event, {
      username: provider.username || event.reportingController,
      color: isError(event) ? 'danger' : 'good',
    });
    await post(url, { json });
    return {};
  },
});
