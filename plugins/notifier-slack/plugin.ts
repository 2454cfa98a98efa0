import { defineNotifier, PluginError } from '@flux-host/sdk/typescript';
import { httpAddress } from '../notifier-common/address.ts';
import { bearer } from '../notifier-common/credentials.ts';
import { eventWith } from '../notifier-common/event.ts';
import { within } from '../notifier-common/failure.ts';
import { exchange, post } from '../notifier-common/http.ts';
import { at, jsonOf, textAt } from '../notifier-common/json.ts';
import { isError, objectName } from '../notifier-common/naming.ts';
import { slackPayload } from '../notifier-common/slack-payload.ts';

/** The only address that answers 200 whatever happened. */
const botApi = 'https://slack.com/api/chat.postMessage';

/** Faults of Slack itself, which pass. */
const passing = new Set([
  'fatal_error',
  'internal_error',
  'ratelimited',
  'rate_limited',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);

export default defineNotifier({
  name: 'notifier-slack',
  type: 'slack',
  requests: { network: ['$address'], credentials: [bearer('token')] },
  async notify({ event: original, provider, message }) {
    const url = httpAddress(provider.address, 'Slack hook URL');
    const event = eventWith(original, message);
    const json = slackPayload(event, {
      channel: provider.channel,
      username: provider.username || event.reportingController,
      color: isError(event) ? 'danger' : 'good',
      fallback: `${objectName(event)}: ${event.message.split('\n')[0]}`,
    });
    if (provider.address !== botApi) return post(url, { json }).then(() => ({}));
    await within('postMessage failed: request failed', async () => {
      checkAnswer(await jsonOf(await exchange(url, { json })));
    });
    return {};
  },
});

function checkAnswer(answer: unknown): void {
  if (at(answer, 'ok') === true) return;
  const error = textAt(answer, 'error');
  throw new PluginError(`Slack responded with error: ${error}`, {
    terminal: !passing.has(error),
    ...(hints[error] === undefined ? {} : { hint: hints[error] }),
  });
}

const hints: Readonly<Record<string, string>> = {
  channel_not_found: 'check spec.channel, and invite the bot to the channel when it is private',
  invalid_auth: 'check the key token of the Secret: it has to be the token of a bot',
  not_in_channel: 'invite the bot to the channel',
};
