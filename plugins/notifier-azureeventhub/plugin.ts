import { defineNotifier } from '@flux-host/sdk/typescript';
import { eventWith } from '../notifier-common/event.ts';
import { eventJson } from '../notifier-common/event-json.ts';
import { within } from '../notifier-common/failure.ts';
import { exchange } from '../notifier-common/http.ts';
import { sharedAccessSignature } from './shared-access.ts';
import { targetOf } from './target.ts';

/** Azure's clouds. */
const hosts = [
  '*.servicebus.windows.net:443',
  '*.servicebus.chinacloudapi.cn:443',
  '*.servicebus.usgovcloudapi.net:443',
];

/** What the service wants for an event as it is. */
const contentType = 'application/atom+xml;type=entry;charset=utf-8';

/**
 * Sends over HTTPS, where Flux speaks AMQP: the events are the same, port 443 is open more often than 5671, proxies work, and tokens are
 * added by the host.
 */
export default defineNotifier({
  name: 'notifier-azureeventhub',
  type: 'azureeventhub',
  requests: {
    network: hosts,
    credentials: [{ hosts, header: { name: 'Authorization', key: 'token', format: 'Bearer {}' } }],
    identity: { cloud: 'azure', scope: 'https://eventhubs.azure.net/.default', hosts },
  },
  async notify({ event, message, ...call }) {
    const { url, signedBy } = targetOf(call);
    const headers = {
      'Content-Type': contentType,
      ...(signedBy ? { Authorization: sharedAccessSignature(url, { ...signedBy, now: Date.now() }) } : {}),
    };
    const body = eventJson(eventWith(event, message));
    await within('failed to send msg', () =>
      exchange(`${url}/messages?timeout=60&api-version=2014-01`, { headers, body }),
    );
    return {};
  },
});
