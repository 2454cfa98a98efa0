import { defineNotifier, PluginError } from '@flux-host/sdk/typescript';

/** Posts everything that it is given to the Provider's address, and does as the answer says. */
export default defineNotifier({
  name: 'notifier-probe',
  description: 'What the delivery of notifications is tested with',
  version: '0.1.0',
  type: 'probe',
  requests: {
    network: ['$address'],
    secretKeys: ['channel-key'],
    credentials: [{ header: { name: 'Authorization', key: 'token', format: 'Bearer {}' } }],
  },
  async notify({ event, provider, alert, message, secret }) {
    const { address } = provider;
    if (!address) throw new PluginError('there is no address', { terminal: true });
    const answer = await fetch(address, {
      method: 'POST',
      body: JSON.stringify({ event, provider, alert, message, seen: secret.get('channel-key') }),
    });
    if (answer.ok) return undefined;
    const wait = answer.headers.get('retry-after');
    throw new PluginError(`the service answered ${answer.status} ${await answer.text()}`, {
      terminal: answer.status === 400,
      ...(wait ? { retryAfterMs: Number(wait) * 1000 } : {}),
    });
  },
});
