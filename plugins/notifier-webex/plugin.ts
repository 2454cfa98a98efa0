import { defineNotifier, type FluxEvent } from '@flux-host/sdk/typescript';
import { httpAddress } from '../notifier-common/address.ts';
import { bearer } from '../notifier-common/credentials.ts';
import { metadataOf } from '../notifier-common/event.ts';
import { post } from '../notifier-common/http.ts';
import { isError, objectName } from '../notifier-common/naming.ts';

export default defineNotifier({
  name: 'notifier-webex',
  type: 'webex',
  requests: { network: ['$address'], credentials: [bearer('token')] },
  async notify({ event, provider: { address, channel }, message }) {
    const url = httpAddress(address, 'Webex hook URL');
    const markdown = message ?? textOf(event);
    await post(url, { json: { ...(channel ? { roomId: channel } : {}), markdown } });
    return {};
  },
});

function textOf(event: FluxEvent): string {
  const lines = [
    `${isError(event) ? '💣' : '✅'} **${objectName(event)}**`,
    event.message,
    ...metadataOf(event).map(([key, value]) => `>**${key}**: ${value}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
