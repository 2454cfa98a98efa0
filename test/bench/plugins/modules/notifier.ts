import { defineNotifier, PluginError } from '@flux-host/sdk/typescript';

/** One request with a token that the host adds. */
export default defineNotifier({
  name: 'bench-notifier',
  version: '1.0.0',
  description: 'Posts a line of text',
  requests: {
    network: ['$address'],
    credentials: [{ header: { name: 'Authorization', key: 'token', format: 'Bearer {}' } }],
  },
  async notify({ event, provider }) {
    const response = await fetch(provider.address ?? '', {
      method: 'POST',
      body: JSON.stringify({ text: event.message }),
    });
    if (!response.ok) throw new PluginError(`status ${response.status}`);
    return {};
  },
});
