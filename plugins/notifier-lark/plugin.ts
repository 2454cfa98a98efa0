import { defineNotifier, type FluxEvent } from '@flux-host/sdk/typescript';
import { httpAddress } from '../notifier-common/address.ts';
import { metadataOf } from '../notifier-common/event.ts';
import { post } from '../notifier-common/http.ts';
import { isError, objectName } from '../notifier-common/naming.ts';

export default defineNotifier({
  name: 'notifier-lark',
  type: 'lark',
  requests: { network: ['$address'] },
  async notify({ event, provider, message }) {
    const url = httpAddress(provider.address, 'Lark hook URL');
    await post(url, { json: { msg_type: 'interactive', card: card(event, message ?? textOf(event)) } });
    return {};
  },
});

function card(event: FluxEvent, content: string) {
  const [emoji, template] = isError(event) ? ['🚨', 'red'] : ['💫', 'turquoise'];
  return {
    config: { wide_screen_mode: true },
    header: { title: { tag: 'plain_text', content: `${emoji} ${objectName(event)}` }, template },
    elements: [{ tag: 'div', text: { tag: 'lark_md', content } }],
  };
}

function textOf(event: FluxEvent): string {
  const metadata = metadataOf(event).map(([key, value]) => `${key}: ${value}\n`);
  return `**${event.message}**\n\n${metadata.join('')}`;
}
