import { defineNotifier } from '@flux-host/sdk/typescript';
import { eventWith } from '../notifier-common/event.ts';
import { eventJson } from '../notifier-common/event-json.ts';
import { invalid, within } from '../notifier-common/failure.ts';
import { authenticationOf } from './authentication.ts';
import { connect } from './connection.ts';
import { serversOf } from './servers.ts';

export default defineNotifier({
  name: 'notifier-nats',
  type: 'nats',
  // NATS signs a number of the server, or sends the password in its own protocol: the host cannot add that.
  requests: {
    network: ['$address'],
    capabilities: ['tcp'],
    secretKeys: ['creds', 'nkey', 'username', 'password'],
  },
  async notify({ event, provider: { address, channel }, message, secret }) {
    if (!address) throw invalid('NATS server (address) cannot be empty');
    if (!channel) throw invalid('NATS subject (channel) cannot be empty');
    if (/\s/.test(channel)) throw invalid('NATS subject (channel) cannot have spaces');
    const servers = serversOf(address);
    await within(`error publishing event to subject ${channel}`, async () => {
      const authentication = authenticationOf(secret);
      const connection = connect(servers, authentication);
      try {
        connection.publish(channel, eventJson(eventWith(event, message)));
      } finally {
        connection.close();
      }
    });
    return {};
  },
});
