import { defineNotifier } from '@flux-host/sdk/typescript';
import { httpAddress } from '../notifier-common/address.ts';
import { eventWith } from '../notifier-common/event.ts';
import { invalid, within } from '../notifier-common/failure.ts';
import { exchange } from '../notifier-common/http.ts';
import { traceRequest } from './trace.ts';

const bearerOf = (key: string) => ({ header: { name: 'Authorization', key, format: 'Bearer {}' } });
const basicOf = (passwordKey: string) => ({
  requires: ['username', passwordKey],
  basic: { usernameKey: 'username', passwordKey },
});

export default defineNotifier({
  name: 'notifier-otel',
  type: 'otel',
  requests: {
    network: ['$address'],
    // A token outweighs a password, both go with a user name where there is one, and headers of the user outweigh all.
    credentials: [
      ...['password', 'token'].map(bearerOf),
      ...['password', 'token'].map(basicOf),
      { headers: { key: 'headers' } },
    ],
  },
  async notify({ event: original, provider, alert, message }) {
    const url = httpAddress(provider.address, 'OTLP endpoint URL');
    if (!/^https?:\/\/[^/?#]+[/?#]/i.test(provider.address ?? '')) url.pathname = '/v1/traces';
    if (!alert) throw invalid('alert metadata not found in context');
    const event = eventWith(original, message);
    if (event.involvedObject.kind === 'HelmRepository') {
      return { skipped: 'a HelmRepository begins no deployment' };
    }
    const body = traceRequest(event, { alert, now: Date.now() });
    await within('failed to send the trace', () =>
      exchange(url, { headers: { 'Content-Type': 'application/x-protobuf' }, body }),
    );
    return {};
  },
});
