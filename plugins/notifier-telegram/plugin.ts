import { defineNotifier, type FluxEvent } from '@flux-host/sdk/typescript';
import { metadataOf } from '../notifier-common/event.ts';
import { invalid } from '../notifier-common/failure.ts';
import { post } from '../notifier-common/http.ts';
import { isError } from '../notifier-common/naming.ts';

const api = 'https://api.telegram.org';

export default defineNotifier({
  name: 'notifier-telegram',
  type: 'telegram',
  // Telegram wants the token in the path, where the host adds nothing.
  requests: { network: ['api.telegram.org:443'], secretKeys: ['token'] },
  async notify({ event, provider: { channel }, message, secret }) {
    if (!channel) throw invalid('empty Telegram channel', 'set spec.channel to the id of the chat');
    const token = secret.get('token')?.trim();
    if (!token)
      throw invalid('empty Telegram token', 'put the token of the bot into the key token of the Secret');
    const colon = channel.indexOf(':');
    const json = {
      chat_id: colon < 0 ? channel : channel.slice(0, colon),
      ...(colon < 0 || colon === channel.length - 1 ? {} : { message_thread_id: channel.slice(colon + 1) }),
      text: message === undefined ? textOf(event) : escaped(message),
      parse_mode: 'MarkdownV2',
    };
    await post(`${api}/bot${token}/sendMessage`, { json });
    return {};
  },
});

function textOf(event: FluxEvent): string {
  const { kind = '', name = '', namespace = '' } = event.involvedObject;
  const heading = `${isError(event) ? '🚨' : '💫'} ${kind.toLowerCase()}/${name}/${namespace}`;
  const metadata = metadataOf(event).map(([key, value]) => `\\- *${escaped(key)}*: ${escaped(value)}\n`);
  return `*${escaped(heading)}*\n${escaped(event.message)}\n${metadata.join('')}`;
}

/** Takes the meaning from what is markup in MarkdownV2: Telegram refuses texts that it cannot parse. */
function escaped(text: string): string {
  return text.replace(/[\\.\-_[\]()~>`#+=|{}!*]/g, '\\$&');
}
