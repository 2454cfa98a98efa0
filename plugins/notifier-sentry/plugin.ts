import { defineNotifier } from '@flux-host/sdk/typescript';
import { eventWith } from '../notifier-common/event.ts';
import { within } from '../notifier-common/failure.ts';
import { exchange } from '../notifier-common/http.ts';
import { isError } from '../notifier-common/naming.ts';
import { dsnOf } from './dsn.ts';
import { envelope } from './envelope.ts';
import { errorOf, transactionOf } from './items.ts';

/** Name and version that Sentry shows as the client. */
const sdk = { name: 'flux-host', version: '1.0.0' };

export default defineNotifier({
  name: 'notifier-sentry',
  type: 'sentry',
  // The key is part of the address.
  requests: { network: ['$address'] },
  async notify({ event: original, provider: { address, channel }, message }) {
    const { url, key, secret } = dsnOf(address);
    if (original.severity !== 'error' && original.severity !== 'info') {
      return { skipped: `Sentry gets no events of severity ${original.severity}` };
    }
    const event = eventWith(original, message);
    const item = { ...(isError(event) ? errorOf(event) : transactionOf(event)), sdk };
    const content = channel ? { ...item, environment: channel } : item;
    const auth = [
      'Sentry sentry_version=7',
      `sentry_client=${sdk.name}/${sdk.version}`,
      `sentry_key=${key}`,
      ...(secret ? [`sentry_secret=${secret}`] : []),
    ];
    await within('failed to send the event to Sentry', () =>
      exchange(url, {
        headers: { 'Content-Type': 'application/x-sentry-envelope', 'X-Sentry-Auth': auth.join(', ') },
        body: envelope(content, { now: new Date(), sdk }),
      }),
    );
    return {};
  },
});
