import { defineNotifier, encodeHex, type FluxEvent, sha1 } from '@flux-host/sdk/typescript';
import { httpAddress } from '../notifier-common/address.ts';
import { bearer } from '../notifier-common/credentials.ts';
import { metadataOf } from '../notifier-common/event.ts';
import { eventJson } from '../notifier-common/event-json.ts';
import { post } from '../notifier-common/http.ts';
import { isError, objectName } from '../notifier-common/naming.ts';

export default defineNotifier({
  name: 'notifier-matrix',
  type: 'matrix',
  requests: { network: ['$address'], credentials: [bearer('token')] },
  async notify({ event, provider: { address = '', channel = '' }, message }) {
    httpAddress(address, 'Matrix homeserver URL');
    // The same event has the same transaction, so that a second attempt makes no second message.
    const transaction = encodeHex(sha1(eventJson(event)));
    const url = `${address}/_matrix/client/r0/rooms/${channel}/send/m.room.message/${transaction}`;
    const json = { body: message ?? textOf(event), msgtype: 'm.text' };
    await post(url, { method: 'PUT', json });
    return {};
  },
});

function textOf(event: FluxEvent): string {
  const heading = `${isError(event) ? '🚨' : '💫'} ${objectName(event)}`;
  const metadata = metadataOf(event).map(([key, value]) => `- ${key}: ${value}\n`);
  return `${heading}\n${event.message}\n${metadata.join('')}`;
}
