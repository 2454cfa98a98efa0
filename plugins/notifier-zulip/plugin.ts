import { defineNotifier } from '@flux-host/sdk/typescript';
import { httpAddress } from '../notifier-common/address.ts';
import { invalid } from '../notifier-common/failure.ts';
import { formEncode } from '../notifier-common/form.ts';
import { post } from '../notifier-common/http.ts';
import { markdown } from '../notifier-common/markdown.ts';

export default defineNotifier({
  name: 'notifier-zulip',
  type: 'zulip',
  requests: {
    network: ['$address'],
    credentials: [{ basic: { usernameKey: 'username', passwordKey: 'password' } }],
  },
  async notify({ event, provider: { address, channel = '' }, message }) {
    const url = httpAddress(address, 'Zulip endpoint URL');
    url.pathname = '/api/v1/messages';
    const [, to, topic] = /^([^/]+)\/(.+)$/s.exec(channel) ?? [];
    if (to === undefined || topic === undefined) {
      throw invalid(`invalid Zulip channel format, expected <channel>/<topic>, got '${channel}'`);
    }
    const body = formEncode({ type: 'stream', to, topic, content: message ?? markdown(event) });
    await post(url, { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body });
    return {};
  },
});
